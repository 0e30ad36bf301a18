using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps.Detail;
using Palisade.Web.Components.Audit;
using Palisade.Web.Components.Jobs;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>
/// Reads what happened to an app: its records, of the indexed search, for who may read the audit log; otherwise what
/// its releases and jobs tell.
/// </summary>
internal sealed class TimelineReader(
    IAuditSearch search,
    IAuditLog log,
    AuditReader reader,
    EventCatalog events,
    Records records,
    JobsReader jobs,
    IGate gate,
    MissingRights missing,
    Bylines bylines
)
{
    /// <summary>Rows of one part.</summary>
    public const int Most = 100;

    private static readonly Operation[] ForRecords = [Operations.AuditRead];

    public async Task<TimelineFound> ReadAsync(
        Caller caller,
        AppSummary app,
        TimelineQuery query,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(query);
        if (await missing.OfAsync(caller, Resource.Org, ForRecords, cancellationToken) is { } mayNot)
        {
            return new(await OthersAsync(caller, app, query, cancellationToken), null, mayNot);
        }

        var org = app.Ref.Rack.Org;
        var audit = query.ToAuditQuery(app.Ref);
        var checkpoint = await reader.StatusAsync(org, cancellationToken);
        var found = await search.FindAsync(org, audit, query.Before, Most + 1, cancellationToken);
        var entries = await log.ReadAsync(org, [.. found.Take(Most)], cancellationToken);
        var rows = ImmutableArray.CreateBuilder<TimelineRow>(entries.Length);
        foreach (var entry in entries)
        {
            rows.Add(await RowAsync(app, entry, cancellationToken));
        }

        return new(rows.MoveToImmutable(), found.Length > Most ? found[Most - 1] : null, null)
        {
            Checkpoint = checkpoint,
        };
    }

    private async ValueTask<TimelineRow> RowAsync(AppSummary app, LogEntry entry, CancellationToken cancellationToken)
    {
        var (actor, operation, _, result) = entry.Facets;
        var kind = TimelineKind.Of(operation, result);
        var row = new TimelineRow
        {
            At = entry.At,
            Condition = new(Tone.None, kind.Label),
            Text = $"{operation}: what was recorded was erased",
            By = await bylines.OfRecordAsync(app.Ref.Org, actor, cancellationToken),
            Record = entry.Index,
            Operation = operation,
        };
        if (entry.Body is not { } body)
        {
            return row;
        }

        using var json = JsonDocument.Parse(body);
        var said = new RecordText(json.RootElement, EventOf(json.RootElement));
        return row with { Condition = new(said.Tone, kind.Label), Text = said.Text, Link = LinkOf(app, entry) };
    }

    private IDomainEvent? EventOf(JsonElement body)
    {
        try
        {
            return body.TryGetProperty("event", out var stored) ? events.Read(stored) : null;
        }
        catch (UnknownEventException)
        {
            // COMPAT: of a version that this one does not know; what is known of the record says it.
            return null;
        }
    }

    /// <summary>A build's records are its own stream's; its job has its log.</summary>
    private static string? LinkOf(AppSummary app, LogEntry entry) =>
        entry.Stream.Kind == "build"
            ? $"/o/{app.Ref.Rack.Org}/jobs/build-{BuildRef.Parse(entry.Stream.Value["build/".Length..]).Id}"
            : null;

    /// <summary>What releases and jobs tell, each for who may see it.</summary>
    private async Task<ImmutableArray<TimelineRow>> OthersAsync(
        Caller caller,
        AppSummary app,
        TimelineQuery query,
        CancellationToken cancellationToken
    )
    {
        var (from, until) = (query.From ?? DateTimeOffset.MinValue, query.Until ?? DateTimeOffset.MaxValue);
        var rows = new List<TimelineRow>();
        if (await gate.AllowsAsync(caller, Operations.ReleaseList, Resource.Of(app.Ref), cancellationToken))
        {
            foreach (var release in await records.ReleasesAsync(app.Ref, Records.MaxListed, cancellationToken))
            {
                if (release.Created >= from && release.Created < until)
                {
                    rows.Add(
                        new()
                        {
                            At = release.Created,
                            Condition = new(Tone.None, "Release"),
                            Text =
                                release.Description.Length > 0
                                    ? $"{release.Id} was made: {release.Description}"
                                    : $"{release.Id} was made",
                            By = await bylines.OfAsync(release.By, cancellationToken),
                            Link = $"{app.Path}/releases#{release.Id}",
                        }
                    );
                }
            }
        }

        foreach (var job in await jobs.OfAppAsync(caller, app.Ref, from, until, cancellationToken))
        {
            rows.Add(
                new()
                {
                    At = job.Row.Created,
                    Condition = new(job.Condition.Tone, job.Sort.Label),
                    Text = $"{job.Title}: {job.Condition.Text}",
                    By = job.By,
                    Operation = job.Row.Job.Operation,
                    Link = job.Path,
                }
            );
        }

        return [.. rows.OrderByDescending(row => row.At).Take(Most)];
    }
}
