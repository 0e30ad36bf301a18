using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Views;

namespace Palisade.Grains.Builds;

/// <summary>
/// Deletes uploads that no build needs: an image is made from its source once, and every rollback takes the image. A
/// day leaves time to build what was uploaded again. Whoever starts a build of an older upload at the very moment is
/// told that the source is gone.
/// </summary>
public sealed class SourceSweep(IStore store, IRecorder recorder, IIdSource ids, TimeProvider time)
{
    /// <summary>Where apps' uploads are in the object store, followed by the app's id.</summary>
    public const string Uploads = "app/";

    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var org in store.Views.AllAsync(new("", ViewKinds.Org, ""), cancellationToken))
        {
            var gone = await store.Objects.DeleteOlderAsync(
                org.Key,
                Uploads,
                time.GetUtcNow() - Keep,
                await NeededAsync(org.Key, cancellationToken),
                cancellationToken
            );
            if (gone > 0)
            {
                var outcome = Outcome.With(("uploads", gone.ToString(CultureInfo.InvariantCulture)));
                await recorder.RecordAsync(
                    Callers.System(org.Key, ids.Hex(6)),
                    Operations.SystemMaintain,
                    Resource.Org,
                    outcome,
                    cancellationToken
                );
            }
        }
    }

    /// <summary>
    /// Sources of builds that wait or run; an organization has few of them at once
    /// (<see cref="BuildGrain.MaxWaiting"/>).
    /// </summary>
    private async Task<List<string>> NeededAsync(string org, CancellationToken cancellationToken)
    {
        var needed = new List<string>();
        foreach (var status in (JobStatus[])[JobStatus.Queued, JobStatus.Running])
        {
            foreach (
                var row in await store.Jobs.ListAsync(
                    new JobFilter(org) { Kind = BuildJob.Kind, Status = status },
                    cancellationToken
                )
            )
            {
                var build = BuildJob.BuildOf(row.Job);
                var view = await store.Views.GetAsync(
                    org,
                    ViewKinds.Build,
                    $"{build.App.Rack.Rack}/{build.App.App}/{build.Id}",
                    cancellationToken
                );
                if (view is not null && ViewJson.Read<BuildState>(view) is { Status: BuildStatus.Running } state)
                {
                    needed.Add(state.Source);
                }
            }
        }

        return needed;
    }
}
