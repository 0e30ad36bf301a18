using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Storage;
using Palisade.Web.Api;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps;

/// <summary>
/// Deploys the sample as the person who asks, with the same operations as <c>convox apps create</c> and <c>convox
/// deploy</c>: each step decides access and proves the session again.
/// </summary>
internal sealed partial class SampleDeployment(
    CircuitSession session,
    IGrainFactory grains,
    IGate gate,
    IStore store,
    Records records,
    IIdSource ids
)
{
    private const string App = "hello";
    private const long MaxBytes = 64 << 20;

    public static ImmutableArray<Operation> Needs { get; } =
    [
        Operations.AppCreate,
        Operations.ObjectPut,
        Operations.BuildCreate,
        Operations.BuildLogs,
        Operations.ReleasePromote,
    ];

    public static AppRef AppOn(RackRef rack) => new(rack, App);

    /// <summary>Runs to the end, good or bad; the last report is over.</summary>
    public async Task RunAsync(RackRef rack, Action<SampleProgress> report, CancellationToken cancellationToken)
    {
        var app = AppOn(rack);
        var progress = new SampleProgress(app.ToString(), SampleStep.Creating);
        var result = await StepsAsync(app, next => report(progress = next), cancellationToken);
        report(
            result.TryGet(out var release, out var problem)
                ? progress with
                {
                    Step = SampleStep.Running,
                    Detail = release,
                }
                : progress with
                {
                    Failed = true,
                    Detail = problem.Text,
                }
        );
    }

    private async Task<Result<string>> StepsAsync(
        AppRef app,
        Action<SampleProgress> report,
        CancellationToken cancellationToken
    )
    {
        report(new SampleProgress(app.ToString(), SampleStep.Creating));
        if (!(await CreateAsync(app, cancellationToken)).TryGet(out var view, out var problem))
        {
            return Result.Fail<string>(problem);
        }

        report(new SampleProgress(app.ToString(), SampleStep.Uploading));
        if (!(await UploadAsync(view, cancellationToken)).TryGet(out var source, out problem))
        {
            return Result.Fail<string>(problem);
        }

        report(new SampleProgress(app.ToString(), SampleStep.Building));
        var built = await BuildAsync(
            app,
            source,
            line => report(new SampleProgress(app.ToString(), SampleStep.Building, line)),
            cancellationToken
        );
        if (!built.TryGet(out var release, out problem))
        {
            return Result.Fail<string>(problem);
        }

        report(new SampleProgress(app.ToString(), SampleStep.Promoting, release));
        return await PromoteAsync(app, release, cancellationToken);
    }

    private async Task<Result<AppView>> CreateAsync(AppRef app, CancellationToken cancellationToken)
    {
        if (!(await session.CallerAsync(app.Org, cancellationToken)).TryGet(out var caller, out var problem))
        {
            return Result.Fail<AppView>(problem);
        }

        using var changes = Watch($"app/{app}", cancellationToken);
        var grain = grains.GetGrain<IAppGrain>(app.ToString());
        var found = await grain.GetAsync(caller, cancellationToken);
        if (!found.TryGet(out var view, out problem))
        {
            if (
                problem is not NotFound
                || !(await grain.CreateAsync(caller, null, cancellationToken)).TryGet(out view, out problem)
            )
            {
                return Result.Fail<AppView>(problem);
            }
        }

        while (view is { Status: AppStatus.Creating })
        {
            await changes.NextAsync();
            view = await records.AppAsync(app, cancellationToken);
        }

        return view is null ? AppProblems.NotFound(app.App) : view;
    }

    private async Task<Result<string>> UploadAsync(AppView app, CancellationToken cancellationToken)
    {
        if (
            !(await SampleArchive.PackAsync(cancellationToken)).TryGet(out var bytes, out var problem)
            || !(await session.CallerAsync(app.Org, cancellationToken)).TryGet(out var caller, out problem)
            || !(
                await gate.AuthorizeAsync(caller, Operations.ObjectPut, Resource.Of(app.Ref), cancellationToken)
            ).TryGet(out _, out problem)
        )
        {
            return Result.Fail<string>(problem);
        }

        await using (bytes)
        {
            var key = ObjectKey.InStore(app.Id, $"tmp/{ids.Hex(15)}.tgz");
            await store.Objects.PutAsync(app.Org, key, bytes, MaxBytes, cancellationToken);
            return key;
        }
    }

    private async Task<Result<string>> PromoteAsync(AppRef app, string release, CancellationToken cancellationToken)
    {
        if (!(await session.CallerAsync(app.Org, cancellationToken)).TryGet(out var caller, out var problem))
        {
            return Result.Fail<string>(problem);
        }

        using var changes = Watch($"app/{app}", cancellationToken);
        var promoted = await grains
            .GetGrain<IAppGrain>(app.ToString())
            .PromoteAsync(caller, new PromoteRelease(release, Force: false, null), cancellationToken);
        if (!promoted.Ok)
        {
            return Result.Fail<string>(promoted.Problem);
        }

        AppView? view;
        while ((view = await records.AppAsync(app, cancellationToken)) is { Rollout: not null })
        {
            await changes.NextAsync();
        }

        return view is null ? AppProblems.NotFound(app.App)
            : view.Release == release ? release
            : new Conflict(
                "rollout.failed",
                $"release {release} did not become healthy: {view.LastFailure ?? "another release took its place"}"
            );
    }

    private ChangeSignal Watch(string stream, CancellationToken cancellationToken) =>
        new(store.Changes, stream, cancellationToken);
}
