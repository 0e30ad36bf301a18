using System.Globalization;

namespace Palisade.Web.Components.Logs;

/// <summary>Since when lines are shown; in the address, so that every view is a link.</summary>
/// <param name="Text">As the address has it: <c>10m</c>, <c>1h</c>, <c>24h</c>, <c>all</c>, or a time.</param>
/// <param name="Label">For people.</param>
public sealed record LogRange(string Text, string Label)
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // As addresses of pages have a time, and as fields of pages give it; of UTC all of them.
    private static readonly string[] Forms = [Form, "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm"];

    /// <summary>What is looked at unless the address says something else.</summary>
    public static LogRange Usual { get; } = new("10m", "Last 10 minutes");

    /// <summary>What a reader chooses from.</summary>
    public static IReadOnlyList<LogRange> Choices { get; } =
    [Usual, new("1h", "Last hour"), new("24h", "Last 24 hours"), new("all", "All that is kept")];

    /// <summary>What makes no sense is the usual.</summary>
    public static LogRange From(string? text, LogRange? usual = null) =>
        Choices.FirstOrDefault(c => c.Text == text)
        ?? (TimeOf(text) is { } at ? new LogRange(text!, $"Since {at:yyyy-MM-dd HH:mm:ss} UTC") : usual ?? Usual);

    /// <summary>The address's text for a line's own time.</summary>
    public static string At(DateTimeOffset time) => time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Null: as far back as lines are kept.</summary>
    public DateTimeOffset? Since(DateTimeOffset now) =>
        Text switch
        {
            "10m" => now.AddMinutes(-10),
            "1h" => now.AddHours(-1),
            "24h" => now.AddHours(-24),
            "all" => null,
            _ => TimeOf(Text),
        };

    /// <summary>Null: it is none.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParseExact(
            text,
            Forms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;
}
