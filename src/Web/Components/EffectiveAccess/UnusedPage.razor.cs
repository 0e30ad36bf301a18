using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>What of a role nobody used; or what of their roles a member or a deploy key did not use.</summary>
public sealed partial class UnusedPage : AccessPage
{
    private string _of = "";
    private Role? _asked;
    private SubjectFound _found = new(null);
    private ImmutableArray<Role> _roles = [];
    private ImmutableArray<(Role Role, RightSized Sized)> _sized = [];
    private string? _refusal;

    [SupplyParameterFromQuery(Name = "of")]
    private string? Of { get; set; }

    [Inject]
    private SubjectReader Subjects { get; set; } = null!;

    [Inject]
    private AccessQueries Queries { get; set; } = null!;

    [Inject]
    private Policies Policies { get; set; } = null!;

    // 90 days are read: not again whenever somebody does something.
    protected override IEnumerable<string> Topics => [];

    private bool IsRole => _asked is not null;

    protected override void AddressChanged()
    {
        base.AddressChanged();
        _of = Of?.Trim() ?? "";
    }

    private protected override async Task AnswerAsync(Caller caller)
    {
        var (state, policy) = await Policies.OrgAsync(Org, Left);
        ImmutableArray<Role> all =
        [
            .. BuiltInRoles.All,
            .. state.Roles.Values.OrderBy(r => r.Name, StringComparer.OrdinalIgnoreCase),
        ];
        _roles = policy.Decide(caller, Operations.RoleList, Resource.Org).Allowed ? all : [.. BuiltInRoles.All];
        var found = new SubjectFound(null);
        Result<ImmutableArray<(Role, RightSized)>>? read = null;
        if (MayNot is null && _of.Length > 0)
        {
            _asked = all.FirstOrDefault(role => role.Id == _of);
            found = _asked is null ? await Subjects.FindAsync(caller, _of, Left) : found;
            read = await ReadOfAsync(caller, found);
        }

        _found = found;
        _sized = read is { Ok: true } sized ? sized.Value : [];
        _refusal = read is { Ok: false } refused ? Sentence.Of(refused.Problem) : null;
    }

    /// <summary>Null: nobody is asked about.</summary>
    private async Task<Result<ImmutableArray<(Role, RightSized)>>?> ReadOfAsync(Caller caller, SubjectFound found)
    {
        if (_asked is { } role)
        {
            return (await Queries.UnusedAsync(caller, role.Id, Left)).Map(sized =>
                ImmutableArray.Create((role, sized))
            );
        }

        if (found.Row is not { Subject: { Invite: null } subject })
        {
            return null;
        }

        return subject.Key is null
            ? await Queries.UnusedByAsync(caller, subject.Id, Left)
            : await Queries.UnusedByKeyAsync(caller, subject.Id, Left);
    }
}
