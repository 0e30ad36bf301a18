using Palisade.Domain.Access;

namespace Palisade.Web.Components.Access;

/// <summary>A choice of racks or apps as it is typed. Pure, and lossless from a selector and back.</summary>
/// <param name="Text">Names with spaces or commas between, or the pattern; kept while all are chosen.</param>
public sealed record SelectorDraft(ReachKind Kind, string Text = "")
{
    public static SelectorDraft All { get; } = new(ReachKind.All);

    public static SelectorDraft Named { get; } = new(ReachKind.Named);

    public static SelectorDraft Of(Selector selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return selector.Kind switch
        {
            SelectorKind.AllowAll => All,
            SelectorKind.Regex => new(ReachKind.Pattern, selector.Pattern!),
            _ => new(ReachKind.Named, string.Join(' ', selector.Names)),
        };
    }

    /// <summary>Where nothing was typed yet it chooses nothing.</summary>
    public Selector ToSelector() =>
        Kind switch
        {
            ReachKind.All => Selector.AllowAll,
            _ when Text.Trim().Length == 0 => Selector.DenyAll,
            ReachKind.Pattern => Selector.Regex(Text.Trim()),
            _ => Listed() is [var one] ? Selector.Name(one) : Selector.List(Listed()),
        };

    private string[] Listed() =>
        [.. Text.Split([' ', ',', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct()];
}
