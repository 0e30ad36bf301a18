using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Web.Components.Keys;
using Palisade.Web.Components.Roles;
using Palisade.Web.Components.Users;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>Makes a report for who may: they were asked for what it needs before.</summary>
internal sealed class EvidenceReader(
    AuditReader log,
    UsersReader users,
    RolesReader roles,
    KeysReader keys,
    DeployKeys registry,
    IGate gate
)
{
    /// <summary>Records that are printed; an export has the rest.</summary>
    public const int MostRecords = 1000;

    /// <summary>Sign-ins that are counted.</summary>
    public const int MostSignIns = 10_000;

    /// <summary>Problem: <c>audit.bad_query</c>.</summary>
    public async Task<Result<EvidenceFound>> ReadAsync(
        Caller caller,
        EvidenceReport report,
        EvidencePeriod period,
        CancellationToken cancellationToken
    )
    {
        var most = report == EvidenceReport.SignIns ? MostSignIns : MostRecords;
        var read = await log.CoveredAsync(caller.Org!, period.Look(report), most, null, cancellationToken);
        if (!read.TryGet(out var records, out var problem))
        {
            return Result.Fail<EvidenceFound>(problem);
        }

        var found = new EvidenceFound(records);
        return report == EvidenceReport.AccessReview ? await AccessAsync(caller, found, period, cancellationToken)
            : report == EvidenceReport.KeyInventory ? await KeysAsync(caller, found, cancellationToken)
            : report == EvidenceReport.SignIns ? found with { SignIns = SignInRow.Of(records.Rows) }
            : found;
    }

    private async Task<Result<EvidenceFound>> AccessAsync(
        Caller caller,
        EvidenceFound found,
        EvidencePeriod period,
        CancellationToken cancellationToken
    )
    {
        var look = period.Look(EvidenceReport.SignIns);
        var signIns = await log.CoveredAsync(caller.Org!, look, MostSignIns, found.Records.Status, cancellationToken);
        if (!signIns.TryGet(out var records, out var problem))
        {
            return Result.Fail<EvidenceFound>(problem);
        }

        return found with
        {
            Members = await users.MembersAsync(caller, _ => true, cancellationToken),
            Invites = await gate.AllowsAsync(caller, Operations.InviteList, Resource.Org, cancellationToken)
                ? await users.InvitesAsync(caller.Org!, cancellationToken)
                : null,
            Roles = [.. (await roles.AllAsync(caller, cancellationToken)).Where(IsHeld)],
            SignIns = SignInRow.Of(records.Rows),
            SignInsAreAll = records.AreAll,
        };
    }

    private async Task<Result<EvidenceFound>> KeysAsync(
        Caller caller,
        EvidenceFound found,
        CancellationToken cancellationToken
    )
    {
        var seen = await keys.AllAsync(caller, cancellationToken);
        var names = await users.RolesAsync(caller.Org!, cancellationToken);
        return found with
        {
            Keys = seen,
            KeysAreAll = seen.Length == (await registry.ListAsync(caller.Org!, cancellationToken)).Length,
            RoleNames = names.ToImmutableDictionary(role => role.Id, role => role.Name),
        };
    }

    /// <summary>By somebody, or by a group, whose members may come.</summary>
    private static bool IsHeld(RoleRow row) => row is { People: > 0 } or { Groups: > 0 };
}
