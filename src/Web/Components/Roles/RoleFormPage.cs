using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Orgs;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Roles;

/// <summary>
/// A page on which a role is written. What it says and what of it the writer may not give is shown while it is written,
/// what saving it comes to before it can be saved.
/// INVARIANT: what is shown of it, checked, previewed and saved is one draft: answers about another one are dropped.
/// </summary>
public abstract class RoleFormPage : ProvenPage
{
    private const string Changed = "The organization has changed since: look at it again.";

    private static readonly Operation[] ForPreview = [Operations.AccessExplain];

    private (long Organization, long Keys) _seen;

    [Inject]
    private protected RolesReader Reader { get; set; } = null!;

    [Inject]
    private protected IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private protected RolePreviewer Previewer { get; set; } = null!;

    [Inject]
    private protected MissingRights Missing { get; set; } = null!;

    [Inject]
    private protected NavigationManager Navigation { get; set; } = null!;

    private protected IOrgGrain Organization => Grains.GetGrain<IOrgGrain>(Org);

    protected RoleDraft Draft { get; private set; } = RoleDraft.Empty;

    /// <summary>The role as it was when it was begun; null: a new one is written.</summary>
    protected Role? Basis { get; private set; }

    /// <summary>What is written, as a role; null while it can't be read.</summary>
    protected Role? Written { get; private set; }

    /// <summary>Null: it is being asked for.</summary>
    protected RoleCheck? Check { get; private set; }

    /// <summary>What saving what is written now comes to; null: it was not asked for.</summary>
    protected RoleEffect? Effect { get; private set; }

    /// <summary>Why there is no effect to be seen, or that it has to be asked for again.</summary>
    protected string? EffectProblem { get; private set; }

    /// <summary>The effect is being asked for.</summary>
    protected bool Asking { get; private set; }

    /// <summary>What the reader lacks for seeing the effect; saving does not take it.</summary>
    protected MissingRight? MayNotPreview { get; private set; }

    /// <summary>What the reader lacks for what the page is for.</summary>
    protected MissingRight? Lacking { get; private set; }

    protected bool MaySave => Check is { Refusal: null } && (Effect is not null || MayNotPreview is not null);

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"key/{Org}/", $"keys/{Org}"];

    private protected sealed override async Task ReadOfAsync(Caller caller)
    {
        Lacking = await ReadRoleAsync(caller);
        MayNotPreview = await Missing.OfAsync(caller, Resource.Org, ForPreview, Left);
        var now = await Reader.VersionAsync(Org, Left);
        if (_seen != now && Effect is not null)
        {
            (Effect, EffectProblem) = (null, Changed);
        }

        _seen = now;
        await CheckAsync(caller);
    }

    /// <summary>Reads the role that there is, and what the reader lacks for what the page is for.</summary>
    private protected abstract Task<MissingRight?> ReadRoleAsync(Caller caller);

    /// <summary>Begins with a draft; checked when the page is read.</summary>
    private protected void Begin(Role? basis, RoleDraft draft)
    {
        (Basis, Draft) = (basis, draft);
        (Check, Effect, EffectProblem) = (null, null, null);
        var read = draft.Read();
        Written = read.Ok
            ? new Role
            {
                Id = "role-written",
                Name = read.Value.Name,
                Policies = read.Value.Policies,
            }
            : null;
    }

    protected Task WriteAsync(RoleDraft draft)
    {
        Begin(Basis, draft);
        return TryAsync(CheckAsync);
    }

    protected async Task PreviewAsync()
    {
        if (Asking)
        {
            return;
        }

        Asking = true;
        EffectProblem = null;
        await TryAsync(async caller =>
        {
            if (Written is not { } role)
            {
                return;
            }

            var seen = _seen;
            var asked = await Previewer.EffectAsync(caller, Basis, role.Name, role.Policies, Left);
            if (ReferenceEquals(role, Written))
            {
                (Effect, EffectProblem) =
                    seen != _seen ? (null, Changed)
                    : asked.TryGet(out var effect, out var problem) ? (effect, null)
                    : ((RoleEffect?)null, Sentence.Of(problem));
            }
        });
        Asking = false;
    }

    /// <summary>Makes a new role of what is written, and goes to it.</summary>
    protected async Task MakeAsync()
    {
        if (Written is not { } role || !MaySave)
        {
            return;
        }

        var id = "";
        var done = await DoOnceAsync(async caller =>
        {
            var made = await Organization.CreateRoleAsync(caller, role.Name, role.Policies, Left);
            id = made.Ok ? made.Value : id;
            return made.Problem;
        });
        if (done)
        {
            Navigation.NavigateTo(RoleRow.PathOf(Org, id), forceLoad: true);
        }
    }

    private async Task CheckAsync(Caller caller)
    {
        if (Written is not { } role)
        {
            var read = Draft.Read();
            Check = new(read.Problem is { } problem ? Sentence.Of(problem) : "", []);
            return;
        }

        var check = await Previewer.CheckAsync(caller, Basis, role.Name, role.Policies, Left);
        if (ReferenceEquals(role, Written))
        {
            Check = check;
        }
    }
}
