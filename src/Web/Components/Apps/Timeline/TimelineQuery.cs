using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Logs;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>Which part of a timeline is shown; lives in the address, so that every view is a link.</summary>
/// <param name="From">The first second; null: from the beginning on.</param>
/// <param name="To">The last second; null: up to now.</param>
/// <param name="Kind">Null: of every kind.</param>
/// <param name="Before">Number of the record before which the list goes on; null: from the newest on.</param>
public sealed record TimelineQuery(DateTimeOffset? From, DateTimeOffset? To, TimelineKind? Kind, long? Before)
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The first time that is after the range; null: there is none yet.</summary>
    public DateTimeOffset? Until => To + Second;

    /// <summary>Both ends are chosen, in their order.</summary>
    public LogSpan? Span => From is { } from && Until is { } until && from < until ? new(from, until) : null;

    public bool IsAll => this is { From: null, To: null, Kind: null, Before: null };

    /// <summary>Never refuses: what makes no sense is all.</summary>
    public static TimelineQuery Of(string? from, string? to, string? kind, string? before) =>
        new(
            Cut(LogRange.TimeOf(from)),
            Cut(LogRange.TimeOf(to)),
            TimelineKind.All.FirstOrDefault(k => k.Name == kind),
            QueryNumber.LongOf(before)
        );

    /// <summary>As a field of the page and an address have it; UTC.</summary>
    public static string Text(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture) ?? "";

    /// <summary>What it looks for in the audit log.</summary>
    public AuditQuery ToAuditQuery(AppRef app) =>
        new()
        {
            Resources = [Resource.Of(app).ToString()],
            Operations = Kind?.Operations ?? [],
            Results = Kind == TimelineKind.Refusal ? ["denied"] : [],
            Since = From,
            Until = Until,
        };

    /// <summary><c>?from=…&amp;to=…</c>, "" for all.</summary>
    public string ToQueryString()
    {
        (string Name, string Value)[] parts =
        [
            ("from", Text(From)),
            ("to", Text(To)),
            ("kind", Kind?.Name ?? ""),
            ("before", Before?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ];
        var set = string.Join('&', parts.Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={p.Value}"));
        return set.Length == 0 ? "" : $"?{set}";
    }

    // A row and its record are of one second: a range that was chosen by a row has that row in it.
    private static DateTimeOffset? Cut(DateTimeOffset? time) =>
        time is { Year: > 1 and < 9999 } at ? at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)) : null;
}
