using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Users;

/// <summary>A page on which roles are given: what they let somebody do is shown before they are.</summary>
public abstract class GrantsPage : ProvenPage
{
    [Inject]
    private protected UsersReader Users { get; set; } = null!;

    [Inject]
    private protected IGrainFactory GrainFactory { get; set; } = null!;

    [Inject]
    private protected MissingRights Missing { get; set; } = null!;

    private protected IOrgGrain Organization => GrainFactory.GetGrain<IOrgGrain>(Org);

    protected ImmutableArray<GrantDraft> Grants { get; private protected set; } = [];

    /// <summary>Those that can be given.</summary>
    protected ImmutableArray<Role> Roles { get; private set; } = [];

    /// <summary>Null: the roles are unfinished, for which <see cref="Unfinished"/> says the reason.</summary>
    protected Rights? Reach { get; private set; }

    protected string? Unfinished { get; private set; }

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"rack/{Org}/", $"app/{Org}/"];

    private protected sealed override async Task ReadOfAsync(Caller caller)
    {
        Roles = await Users.RolesAsync(Org, Left);
        await ReadGrantsAsync(caller);
        await ReachAsync(caller);
    }

    /// <summary>Whether it makes sense to give no role.</summary>
    protected virtual bool MayBeNone => false;

    /// <summary>Reads what the page is about, and what the reader lacks for it.</summary>
    private protected abstract Task ReadGrantsAsync(Caller caller);

    protected Task WriteAsync(ImmutableArray<GrantDraft> grants)
    {
        Grants = grants;
        return TryAsync(ReachAsync);
    }

    protected ImmutableArray<RoleGrant> ToGrants() => [.. Grants.Select(grant => grant.ToGrant())];

    private protected async Task ReachAsync(Caller caller)
    {
        (Reach, Unfinished) = (null, null);
        if (Grants.Any(grant => grant.Role.Length == 0))
        {
            Unfinished = "Choose a role.";
        }
        else if (Grants.IsEmpty && MayBeNone)
        {
            Reach = Rights.None;
        }
        else
        {
            var found = await Users.ReachAsync(caller, ToGrants(), Left);
            Reach = found.Ok ? found.Value : null;
            Unfinished = found.Problem is { } problem ? Sentence.Of(problem) : null;
        }
    }
}
