using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Orgs;
using Palisade.Grains.Users;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Finds whose access is asked about. Names are told to who may list them.</summary>
internal sealed class SubjectReader(
    AccessQueries queries,
    Policies policies,
    People people,
    DeployKeys keys,
    InviteTokens tokens,
    MissingRights missing
)
{
    /// <summary>More who are called like that are not told.</summary>
    public const int Most = 20;

    private static readonly Operation[] ForExplain = [Operations.AccessExplain];

    /// <param name="who">An id; or a part of a name, which finds whom the reader may have meant.</param>
    public async Task<SubjectFound> FindAsync(Caller caller, string who, CancellationToken cancellationToken)
    {
        var mayNot =
            who == caller.Principal.Id
                ? null
                : await missing.OfAsync(caller, Resource.Org, ForExplain, cancellationToken);
        if (mayNot is not null)
        {
            return new SubjectFound(null) { MayNot = mayNot };
        }

        if (who.Length == 0)
        {
            return new SubjectFound(null);
        }

        var policy = await policies.OfAsync(caller.Org!, cancellationToken);
        return (await queries.SubjectAsync(caller, who, cancellationToken)).TryGet(out var subject, out _)
            ? new(await RowAsync(caller, policy, subject, cancellationToken))
            : new(null) { Alike = await AlikeAsync(caller, policy, who, cancellationToken) };
    }

    private async Task<SubjectRow> RowAsync(
        Caller caller,
        CompiledPolicy policy,
        AccessSubject subject,
        CancellationToken cancellationToken
    )
    {
        var org = caller.Org!;
        switch (subject)
        {
            case { Key: { } key }:
                return policy.Decide(caller, Operations.KeyGet, Resource.Item(key.Spec.Name)).Allowed
                    ? new(subject, key.Spec.Name) { Link = $"/o/{org}/keys/{key.Id}" }
                    : new(subject, key.Id);
            case { Invite: { } invite }:
                return policy.Decide(caller, Operations.InviteList, Resource.Org).Allowed
                    ? new(subject, await NameOfAsync(org, invite, cancellationToken)) { Link = $"/o/{org}/users" }
                    : new(subject, invite.Id);
        }

        var mayList = policy.Decide(caller, Operations.MemberList, Resource.Org).Allowed;
        if (!mayList && caller.Principal.Id != subject.Id)
        {
            return new(subject, subject.Id) { Barred = BarredOf(hasSecondFactor: true) };
        }

        var person = await people.FindAsync(subject.Id, cancellationToken);
        var hasSecondFactor = person?.State.SecondFactor is not null;
        return new(subject, person is { Name.Length: > 0 } ? person.Name : subject.Id)
        {
            Detail = person?.Email ?? "",
            Link = mayList ? $"/o/{org}/users/{subject.Id}" : null,
            HasSecondFactor = hasSecondFactor,
            Barred = BarredOf(hasSecondFactor),
        };

        string? BarredOf(bool hasSecondFactor) =>
            subject.Policy.Bars(new(PrincipalKind.User, subject.Id, ""), hasSecondFactor) is { } bar
                ? Sentence.Of(bar.Message)
                : null;
    }

    private async Task<string> NameOfAsync(string org, OrgInvite invite, CancellationToken cancellationToken) =>
        invite.Email is { } email && await tokens.OpenEmailAsync(org, invite.Id, email, cancellationToken) is { } opened
            ? opened.Value
            : "whoever has the link";

    private async Task<ImmutableArray<(string Id, string Name, string Detail)>> AlikeAsync(
        Caller caller,
        CompiledPolicy policy,
        string text,
        CancellationToken cancellationToken
    )
    {
        var alike = ImmutableArray.CreateBuilder<(string, string, string)>();
        foreach (var key in await keys.ListAsync(caller.Org!, cancellationToken))
        {
            if (
                alike.Count < Most
                && IsLike(key.Spec.Name)
                && policy.Decide(caller, Operations.KeyGet, Resource.Item(key.Spec.Name)).Allowed
            )
            {
                alike.Add((key.Id, key.Spec.Name, "deploy key"));
            }
        }

        if (!policy.Decide(caller, Operations.MemberList, Resource.Org).Allowed)
        {
            return alike.ToImmutable();
        }

        var (state, _) = await policies.OrgAsync(caller.Org!, cancellationToken);
        await foreach (var person in people.FindAllAsync(state.Members.Keys, cancellationToken))
        {
            if (alike.Count == Most)
            {
                break;
            }

            if (person is not null && (IsLike(person.Name) || IsLike(person.Email)))
            {
                alike.Add((person.State.Id, person.Name, person.Email));
            }
        }

        return alike.ToImmutable();

        bool IsLike(string name) => name.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}
