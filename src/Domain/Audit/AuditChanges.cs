using System.Collections.Immutable;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Audit.Sinks;

namespace Palisade.Domain.Audit;

/// <summary>
/// What records say that an event changed about a log: its keys, its retention, where its records go.
/// </summary>
public static class AuditChanges
{
    public static ChangeSet Of(AuditState before, AuditState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        changes.Number("retention.days", before.RetentionDays, after.RetentionDays);
        changes.Text("hold.reason", before.Hold?.Reason, after.Hold?.Reason);
        changes.Text("hold.by", before.Hold?.By, after.Hold?.By);
        changes.Time("hold.since", before.Hold?.Since, after.Hold?.Since);
        if (before.Keys != after.Keys)
        {
            changes.Each("keys", [.. before.Keys.Select(key => key.Key)], [.. after.Keys.Select(key => key.Key)]);
        }

        ChangeList.Map("sinks", before.Sinks, after.Sinks, Sink);
        return changes.ToSet();

        void Sink(string path, Sink? was, Sink? now)
        {
            changes.Text($"{path}.kind", was?.Kind.ToString(), now?.Kind.ToString());
            changes.Text($"{path}.name", was?.Name, now?.Name);
            changes.Number($"{path}.from", was?.From, now?.From);
            changes.Text($"{path}.host", was?.Target?.Host, now?.Target?.Host);
            changes.Hidden($"{path}.url", was?.Target?.Url, now?.Target?.Url);
            changes.Text($"{path}.paused.why", was?.Paused?.Why, now?.Paused?.Why);
            changes.Time($"{path}.paused.since", was?.Paused?.At, now?.Paused?.At);
            ChangeList.Map($"{path}.secrets", ById(was), ById(now), Secret);
        }

        void Secret(string path, SinkSecret? was, SinkSecret? now)
        {
            changes.Hidden(path, was?.Value, now?.Value);
            changes.Time($"{path}.until", was?.Until, now?.Until);
        }
    }

    private static ImmutableSortedDictionary<string, SinkSecret> ById(Sink? sink) =>
        (sink is { Secrets.IsDefault: false } ? sink.Secrets : []).ToImmutableSortedDictionary(
            secret => secret.Id,
            secret => secret,
            StringComparer.Ordinal
        );
}
