namespace Palisade.Web.Components.Apps;

/// <summary>What of the list is shown; lives in the address, so that every view is a link.</summary>
/// <param name="Search">Part of a name, "" for all.</param>
/// <param name="Rack">Name of a rack, "" for all.</param>
public sealed record AppsQuery(string Search, string Rack)
{
    private const int MaxLength = 63;

    public static AppsQuery All { get; } = new("", "");

    /// <summary>Never refuses: what makes no sense finds nothing.</summary>
    public static AppsQuery From(string? search, string? rack) => new(Cut(search), Cut(rack));

    /// <summary><c>?q=web&amp;rack=prod</c>, "" for all.</summary>
    public string ToQueryString()
    {
        string[] parts =
        [
            Search.Length > 0 ? $"q={Uri.EscapeDataString(Search)}" : "",
            Rack.Length > 0 ? $"rack={Uri.EscapeDataString(Rack)}" : "",
        ];
        var set = string.Join('&', parts.Where(p => p.Length > 0));
        return set.Length == 0 ? "" : $"?{set}";
    }

    private static string Cut(string? text) =>
        text?.Trim() is { } trimmed ? trimmed[..Math.Min(trimmed.Length, MaxLength)] : "";
}
