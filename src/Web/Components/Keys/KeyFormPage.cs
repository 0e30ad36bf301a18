using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Account;
using Palisade.Web.Components.Apps;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Keys;

/// <summary>A page on which a deploy key is written: what it could do is shown before it is asked for.</summary>
public abstract class KeyFormPage : LivePage
{
    /// <summary>What it could do is shown before it has a name.</summary>
    private const string Nameless = "key";

    [Inject]
    private protected KeysReader Keys { get; set; } = null!;

    [Inject]
    private protected KeyActions Actions { get; set; } = null!;

    [Inject]
    private protected MissingRights Missing { get; set; } = null!;

    protected KeyDraft Draft { get; private protected set; } = KeyDraft.Empty;

    /// <summary>Those that a key can have.</summary>
    protected ImmutableArray<Role> Roles { get; private set; } = [];

    /// <summary>Null: the draft is unfinished, for which <see cref="Unfinished"/> says the reason.</summary>
    protected ImmutableArray<Reach>? Reach { get; private set; }

    protected string? Unfinished { get; private set; }

    /// <summary>Why what was asked for was not done.</summary>
    protected string? Refusal { get; private set; }

    /// <summary>Why what is shown may be old.</summary>
    protected string? Problem { get; private set; }

    /// <summary>What the reader lacks for what the page is for.</summary>
    protected MissingRight? Lacking { get; private set; }

    protected bool NeedsCode { get; private set; }

    protected string Code { get; set; } = "";

    protected bool Busy { get; private set; }

    protected bool Waiting => !RendererInfo.IsInteractive;

    protected override IEnumerable<string> Topics => [$"org/{Org}", $"rack/{Org}/", $"app/{Org}/"];

    protected override async Task ReadAsync(Caller caller)
    {
        NeedsCode = StepUp.IsDue(caller.HasSecondFactor, caller.SecondFactorAt, Time.GetUtcNow());
        Roles = await Keys.RolesAsync(Org, Left);
        Lacking = await LackingAsync(caller);
        await ReachAsync(caller);
        Problem = null;
        _ = DrawAsync();
    }

    /// <summary>What the reader lacks for what the page is for.</summary>
    private protected abstract ValueTask<MissingRight?> LackingAsync(Caller caller);

    protected Task WriteAsync(KeyDraft draft)
    {
        Draft = draft;
        return TryAsync(ReachAsync);
    }

    /// <summary>Proves the second factor if that is asked for, then does it as who they are now.</summary>
    protected async Task<bool> SaveAsync(Func<Caller, DeployKeySpec, Task<Problem?>> save)
    {
        ArgumentNullException.ThrowIfNull(save);
        if (Busy || Draft.ToSpec() is not { } spec)
        {
            Refusal = Unfinished;
            return false;
        }

        Busy = true;
        Refusal = await DoProvenAsync(NeedsCode ? Code : null, caller => save(caller, spec));
        (Busy, Code) = (false, "");
        await ReloadAsync();
        return Refusal is null;
    }

    protected override void Trouble(string text)
    {
        Problem = text;
        _ = DrawAsync();
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
