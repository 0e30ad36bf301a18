using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Keys;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Keys;

/// <summary>A page on which a deploy key is written: what it could do is shown before it is asked for.</summary>
public abstract class KeyFormPage : ProvenPage
{
    /// <summary>What it could do is shown before it has a name.</summary>
    private const string Nameless = "key";

    [Inject]
    private protected KeysReader Keys { get; set; } = null!;

    [Inject]
    private protected IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private protected MissingRights Missing { get; set; } = null!;

    protected KeyDraft Draft { get; private protected set; } = KeyDraft.Empty;

    /// <summary>Those that a key can have.</summary>
    protected ImmutableArray<Role> Roles { get; private set; } = [];

    /// <summary>Null: the draft is unfinished, for which <see cref="Unfinished"/> says the reason.</summary>
    protected ImmutableArray<Reach>? Reach { get; private set; }

    protected string? Unfinished { get; private set; }

    /// <summary>What the reader lacks for what the page is for.</summary>
    protected MissingRight? Lacking { get; private set; }

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"rack/{Org}/", $"app/{Org}/"];

    private protected sealed override async Task ReadOfAsync(Caller caller)
    {
        Roles = await Keys.RolesAsync(Org, Left);
        Lacking = await ReadKeyAsync(caller);
        await ReachAsync(caller);
    }

    /// <summary>Reads the key that there is, and what the reader lacks for what the page is for.</summary>
    private protected abstract ValueTask<MissingRight?> ReadKeyAsync(Caller caller);

    protected Task WriteAsync(KeyDraft draft)
    {
        Draft = draft;
        return TryAsync(ReachAsync);
    }

    private protected IDeployKeyGrain KeyOf(string id) => Grains.GetGrain<IDeployKeyGrain>($"{Org}/{id}");

    /// <summary>True: what is written was saved.</summary>
    protected async Task<bool> SaveAsync(Func<Caller, DeployKeySpec, Task<Problem?>> save)
    {
        ArgumentNullException.ThrowIfNull(save);
        if (Draft.ToSpec() is { } spec)
        {
            return await DoOnceAsync(caller => save(caller, spec));
        }

        Refusal = Unfinished;
        return false;
    }

    private async Task ReachAsync(Caller caller)
    {
        (Reach, Unfinished) = (null, null);
        if (Draft.ToSpec() is not { } spec)
        {
            Unfinished = "The number of changes is a whole number, the last day a date.";
        }
        else if (
            (await Keys.ReachAsync(caller, spec.Name.Length == 0 ? spec with { Name = Nameless } : spec, Left)).TryGet(
                out var reach,
                out var problem
            )
        )
        {
            Reach = reach;
        }
        else
        {
            Unfinished = Sentence.Of(problem);
        }
    }
}
