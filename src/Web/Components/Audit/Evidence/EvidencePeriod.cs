using System.Globalization;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>The days of a report, of UTC, both inclusive; in its address. Pure.</summary>
public sealed record EvidencePeriod(DateOnly First, DateOnly Last)
{
    /// <summary>A quarter, where none were chosen.</summary>
    private const int Days = 90;

    public string FirstText => TextOf(First);

    public string LastText => TextOf(Last);

    public int Length => Last.DayNumber - First.DayNumber + 1;

    /// <summary>Null: a day that was given is none, or the first is after the last.</summary>
    public static EvidencePeriod? Of(string? first, string? last, DateOnly today)
    {
        if (!IsDay(last, out var end) || !IsDay(first, out var begin))
        {
            return null;
        }

        var period = new EvidencePeriod(begin ?? (end ?? today).AddDays(-Days + 1), end ?? today);
        return period.Length > 0 ? period : null;
    }

    /// <summary>Its records, as the explorer looks for them.</summary>
    public AuditLook Look(EvidenceReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(report.Records, FirstText, LastText, null);
    }

    private static bool IsDay(string? text, out DateOnly? day)
    {
        day = AuditLook.DayIn(text?.Trim() ?? "") is { } some
            ? DateOnly.Parse(some, CultureInfo.InvariantCulture)
            : null;
        return day is not null || string.IsNullOrWhiteSpace(text);
    }

    private static string TextOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
