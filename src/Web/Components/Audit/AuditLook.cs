using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Audit;

/// <summary>What of the log is looked at; lives in the address, so that every view is a link. Pure.</summary>
/// <param name="Text">In the grammar of <see cref="AuditQuery"/>, the API's.</param>
/// <param name="First">The first day of UTC, as yyyy-MM-dd; "" for any.</param>
/// <param name="Last">The last day; "" for any.</param>
/// <param name="Before">Only records before that one; null: the newest.</param>
public sealed partial record AuditLook(string Text, string First, string Last, long? Before)
{
    /// <summary>Days that are counted where none were chosen.</summary>
    private const int Days = 30;

    public static AuditLook All { get; } = new("", "", "", null);

    public static AuditLook From(string? text, string? first, string? last, long? before) =>
        new(text?.Trim() ?? "", first?.Trim() ?? "", last?.Trim() ?? "", before);

    /// <summary>What is looked for with its days, in the same grammar.</summary>
    public string QueryText => string.Join(' ', [Text, .. Term("since", First, 0), .. Term("until", Last, 1)]).Trim();

    /// <summary>Problem: <c>audit.bad_query</c>.</summary>
    public Result<AuditQuery> ToQuery() => AuditQuery.Parse(QueryText);

    /// <summary>The days whose records are counted: the chosen ones, as far as they are some.</summary>
    public (DateOnly First, DateOnly Last) Counted(DateOnly today)
    {
        var last = DayOf(Last) ?? today;
        return (DayOf(First) ?? last.AddDays(-Days), last);
    }

    /// <summary>For a field, which takes only a day.</summary>
    public static string? DayIn(string text) => DayOf(text) is null ? null : text;

    public bool Has(string key, string value) => Terms().Contains(TermOf(key, value));

    /// <summary>With that term; without it, where it is there. From the newest record on.</summary>
    public AuditLook Toggle(string key, string value)
    {
        var (terms, term) = (Terms(), TermOf(key, value));
        return this with
        {
            Text = string.Join(' ', terms.Contains(term) ? terms.Remove(term) : terms.Add(term)),
            Before = null,
        };
    }

    /// <param name="path">Of the page.</param>
    public string LinkOn(string path)
    {
        var parts = new (string Name, string Value)[]
        {
            ("q", Text),
            ("first", First),
            ("last", Last),
            ("before", Before?.ToString(CultureInfo.InvariantCulture) ?? ""),
        };
        var query = parts.Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}");
        return $"{path}?{string.Join('&', query)}".TrimEnd('?');
    }

    private ImmutableArray<string> Terms() => [.. OneTerm().Matches(Text).Select(m => m.Value)];

    private static string TermOf(string key, string value) =>
        value.Any(char.IsWhiteSpace) ? $"{key}:\"{value}\"" : $"{key}:{value}";

    private static string[] Term(string key, string day, int later) =>
        day.Length == 0 ? [] : [$"{key}:{DayOf(day)?.AddDays(later).ToString("yyyy-MM-dd", null) ?? $"\"{day}\""}"];

    private static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 1970 and < 9999
            ? day
            : null;

    [GeneratedRegex("""(?:[A-Za-z]+:)?(?:"[^"]*"?|\S+)""")]
    private static partial Regex OneTerm();
}
