using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Dashboard;

/// <summary>Reads what is on the dashboard beside the apps. Each item is decided by itself.</summary>
internal sealed class DashboardReader(
    IJobStore jobs,
    IAuditSearch search,
    IAuditLog log,
    IGate gate,
    MissingRights missing,
    Bylines bylines
)
{
    private static readonly Operation[] ForPage = [Operations.DashboardView];
    private static readonly Operation[] ForRefusals = [Operations.AuditRead];

    // What is wrong is not pushed out by what goes well.
    private static readonly JobStatus[] Told = [JobStatus.Failed, JobStatus.Dead, JobStatus.Running, JobStatus.Queued];

    /// <summary>Failures older than this are history.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);

    /// <summary>Why there is no dashboard for the caller, as a sentence; null: nothing is missing.</summary>
    public ValueTask<string?> MissingAsync(Caller caller, CancellationToken cancellationToken) =>
        missing.OfAsync(caller, Resource.Org, ForPage, cancellationToken);

    public ValueTask<string?> MayNotSeeRefusalsAsync(Caller caller, CancellationToken cancellationToken) =>
        missing.OfAsync(caller, Resource.Org, ForRefusals, cancellationToken);

    /// <summary>What people's changes led to and is not done: what runs, waits or has failed lately.</summary>
    public async Task<ImmutableArray<JobLine>> JobsAsync(
        Caller caller,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var lines = ImmutableArray.CreateBuilder<JobLine>();
        foreach (var status in Told)
        {
            foreach (var job in await jobs.ListAsync(new(caller.Org!) { Status = status }, cancellationToken))
            {
                if (
                    lines.Count < DashboardState.Most
                    && job.Job.Caller.Principal.Kind != PrincipalKind.System
                    && (job.Ended is not { } ended || now - ended < Lately)
                    && await LinkAsync(caller, job.Job, cancellationToken) is { } link
                )
                {
                    lines.Add(
                        new JobLine(job, await bylines.OfAsync(job.Job.Caller.Principal, cancellationToken), link)
                    );
                }
            }
        }

        return lines.ToImmutable();
    }

    /// <summary>The newest, for who may read the audit log.</summary>
    public async Task<ImmutableArray<Refusal>> RefusalsAsync(string org, CancellationToken cancellationToken)
    {
        var found = await search.FindAsync(
            org,
            new AuditQuery { Results = ["denied"] },
            null,
            DashboardState.Most,
            cancellationToken
        );
        var refusals = ImmutableArray.CreateBuilder<Refusal>(found.Length);
        foreach (var entry in await log.ReadAsync(org, found, cancellationToken))
        {
            var by = await bylines.OfIdAsync(entry.Facets.Actor, cancellationToken);
            var on = Resource.TryParse(entry.Facets.Resource, out var resource)
                ? resource.Display
                : entry.Facets.Resource;
            refusals.Add(new Refusal(entry.Index, entry.At, by, entry.Facets.Operation, on));
        }

        return refusals.ToImmutable();
    }

    /// <summary>Where its app is; null when the caller may not see that, or it is of none.</summary>
    private async ValueTask<string?> LinkAsync(Caller caller, JobDraft job, CancellationToken cancellationToken) =>
        Resource.TryParse(job.Resource, out var resource)
        && resource.AppName is not null
        && await gate.AllowsAsync(caller, Operations.AppGet, resource, cancellationToken)
            ? $"/o/{caller.Org}/apps/{resource}"
            : null;
}
