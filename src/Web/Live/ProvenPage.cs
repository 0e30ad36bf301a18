using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Live;

/// <summary>A page of a form whose doing may ask for the second factor.</summary>
public abstract class ProvenPage : LivePage
{
    private Operation? _pressed;

    /// <summary>Why what was asked for was not done.</summary>
    protected string? Refusal { get; private protected set; }

    /// <summary>Why what is shown may be old.</summary>
    protected string? Problem { get; private set; }

    /// <summary>The second factor is to be proven again.</summary>
    protected bool NeedsCode { get; private set; }

    protected string Code { get; set; } = "";

    protected bool Busy { get; private set; }

    /// <summary>The page is not connected yet, so that its buttons would do nothing.</summary>
    protected bool Waiting => !RendererInfo.IsInteractive;

    protected sealed override async Task ReadAsync(Caller caller)
    {
        NeedsCode = StepUp.IsDue(caller.HasSecondFactor, caller.SecondFactorAt, Time.GetUtcNow());
        await ReadOfAsync(caller);
        Problem = null;
        _ = DrawAsync();
    }

    /// <summary>Reads what the page is about, and what the reader lacks for it.</summary>
    private protected abstract Task ReadOfAsync(Caller caller);

    /// <summary>Does it as who they are now, proven if that is asked for. True: it is done.</summary>
    /// <param name="proven">False: it takes no second factor.</param>
    protected async Task<bool> DoOnceAsync(Func<Caller, Task<Problem?>> act, bool proven = true)
    {
        if (Busy)
        {
            return false;
        }

        Busy = true;
        Refusal = await DoProvenAsync(proven && NeedsCode ? Code : null, act);
        (Busy, Code) = (false, proven ? "" : Code);
        await ReloadAsync();
        return Refusal is null;
    }

    /// <summary>The same of a page that offers several; what was refused is told beside what was pressed.</summary>
    private protected Task<bool> PressAsync(Operation operation, Func<Caller, Task<Problem?>> act)
    {
        ArgumentNullException.ThrowIfNull(operation);
        _pressed = operation;
        return DoOnceAsync(act, operation.StepUp);
    }

    /// <summary>It was not even tried.</summary>
    private protected void Refuse(Operation operation, string why) => (_pressed, Refusal) = (operation, why);

    /// <summary>Why one of these was not done, if that was what was pressed last.</summary>
    private protected string? RefusalOf(params ReadOnlySpan<Operation> operations) =>
        _pressed is { } pressed && operations.Contains(pressed) ? Refusal : null;

    /// <summary>It was pressed last, and done.</summary>
    private protected bool WasDone(Operation operation) => _pressed == operation && !Busy && Refusal is null;

    protected override void Trouble(string text)
    {
        Problem = text;
        _ = DrawAsync();
    }
}
