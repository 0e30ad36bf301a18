namespace Palisade.Web.Components.Racks;

/// <summary>What of the list is shown; lives in the address, so that every view is a link.</summary>
/// <param name="Search">Part of a name, "" for all.</param>
/// <param name="Environment">An environment label, "" for all.</param>
public sealed record RacksQuery(string Search, string Environment)
{
    private const int MaxLength = 63;

    public static RacksQuery All { get; } = new("", "");

    /// <summary>Never refuses: what makes no sense finds nothing.</summary>
    public static RacksQuery From(string? search, string? environment) => new(Cut(search), Cut(environment));

    public bool Matches(RackRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Rack.Name.Contains(Search, StringComparison.OrdinalIgnoreCase)
            && (Environment.Length == 0 || row.Rack.Environment == Environment);
    }

    private static string Cut(string? text) =>
        text?.Trim() is { } trimmed ? trimmed[..Math.Min(trimmed.Length, MaxLength)] : "";
}
