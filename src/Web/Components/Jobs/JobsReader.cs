using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Jobs;
using Palisade.Web.Api;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Jobs;

/// <summary>Reads an organization's jobs for its pages. Each is decided by itself; others are left out.</summary>
internal sealed class JobsReader(IJobStore jobs, Records records, IGate gate, MissingRights missing, Bylines bylines)
{
    /// <summary>Rows of one page.</summary>
    public const int Most = 50;

    private const int Read = 100;

    /// <summary>Failures older than this are history.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);

    // What is wrong is not pushed out by what goes well.
    private static readonly JobStatus[] Told = [JobStatus.Failed, JobStatus.Dead, JobStatus.Running, JobStatus.Queued];

    private static readonly Operation[] ForList = [Operations.JobList];

    /// <summary>Topics of changes of the organization's jobs.</summary>
    public static IEnumerable<string> TopicsOf(string org) =>
        [$"job/app/{org}/", $"job/build/{org}/", $"job/rack/{org}/", $"job/audit/{org}"];

    /// <summary>Why there are no jobs for the caller, as a sentence; null: nothing is missing.</summary>
    public ValueTask<MissingRight?> MissingAsync(Caller caller, CancellationToken cancellationToken) =>
        missing.OfAsync(caller, Resource.Org, ForList, cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<JobsFound> FindAsync(Caller caller, JobsQuery query, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return FindAsync(caller, query.Matches, query.Before, most, cancellationToken);
    }

    /// <summary>Those of one app that were enqueued in a time; newest first.</summary>
    public async Task<ImmutableArray<JobLine>> OfAppAsync(
        Caller caller,
        AppRef app,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var resource = Resource.Of(app).ToString();
        return (await FindAsync(caller, IsAskedFor, null, Most, cancellationToken)).Lines;

        bool IsAskedFor(JobRow row) => row.Job.Resource == resource && row.Created >= from && row.Created < until;
    }

    private async Task<JobsFound> FindAsync(
        Caller caller,
        Func<JobRow, bool> matches,
        string? before,
        int most,
        CancellationToken cancellationToken
    )
    {
        var lines = ImmutableArray.CreateBuilder<JobLine>();
        var filter = new JobFilter(caller.Org!) { Before = before, Limit = Read };
        while (true)
        {
            var rows = await jobs.ListAsync(filter, cancellationToken);
            foreach (var row in rows.Where(matches))
            {
                if (await LineAsync(caller, row, cancellationToken) is not { } line)
                {
                    continue;
                }

                if (lines.Count == most)
                {
                    return new(lines.ToImmutable(), lines[^1].Row.Job.Id);
                }

                lines.Add(line);
            }

            // Jobs that are over are kept up to a bound, so that this ends soon whatever is asked for.
            if (rows.Length < Read)
            {
                return new(lines.ToImmutable(), null);
            }

            filter = filter with { Before = rows[^1].Job.Id };
        }
    }

    /// <summary>What people's changes led to and is not done: what runs, waits or has failed lately.</summary>
    public async Task<ImmutableArray<JobLine>> OpenAsync(
        Caller caller,
        int most,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var lines = ImmutableArray.CreateBuilder<JobLine>();
        foreach (var status in Told)
        {
            foreach (var row in await jobs.ListAsync(new(caller.Org!) { Status = status }, cancellationToken))
            {
                if (
                    lines.Count < most
                    && row.Job.Caller.Principal.Kind != PrincipalKind.System
                    && (row.Ended is not { } ended || now - ended < Lately)
                    && await LineAsync(caller, row, cancellationToken) is { } line
                )
                {
                    lines.Add(line);
                }
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>Null: there is none of that id, or it is not the reader's to see.</summary>
    public async Task<JobLine?> OneAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        await jobs.GetAsync(id, cancellationToken) is { } row ? await LineAsync(caller, row, cancellationToken) : null;

    /// <summary>Names of the racks that the caller may see.</summary>
    public async Task<ImmutableArray<string>> RacksAsync(Caller caller, CancellationToken cancellationToken)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var rack in await records.RacksAsync(caller.Org!, cancellationToken))
        {
            if (await gate.AllowsAsync(caller, Operations.RackGet, Resource.Of(rack.Ref), cancellationToken))
            {
                names.Add(rack.Name);
            }
        }

        return names.ToImmutable();
    }

    // SECURITY (S07): a job of another organization is none.
    private async ValueTask<JobLine?> LineAsync(Caller caller, JobRow row, CancellationToken cancellationToken)
    {
        if (
            row.Job.Org != caller.Org
            || !Resource.TryParse(row.Job.Resource, out var on)
            || !await gate.AllowsAsync(caller, Operations.JobGet, on, cancellationToken)
        )
        {
            return null;
        }

        var rack = on.RackName is { } name
            ? await records.RackAsync(new(row.Job.Org, name), null, cancellationToken)
            : null;
        return new(row, await bylines.OfAsync(row.Job.Caller.Principal, cancellationToken), on, rack?.Environment);
    }
}
