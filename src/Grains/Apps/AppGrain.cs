using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Racks;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Apps;

/// <inheritdoc cref="IAppGrain"/>
public sealed partial class AppGrain(
    GrainServices services,
    AppEnvironments environments,
    ReleaseLoader releases,
    IProviders providers,
    IOptions<AppLimits> limits,
    Policies policies
) : JournaledGrain<AppState, AppEvent>(services), IAppGrain
{
    private AppRef? _app;

    /// <summary>What a node needs to work on this app's rack; known from the rack's row.</summary>
    private string? _capability;

    private AppRef App => _app ??= AppRef.Parse(this.GetPrimaryKeyString());

    protected override AppState Empty => new();

    protected override StreamId Stream => StreamId.App(App);

    protected override string Org => App.Org;

    protected override Resource Resource => Resource.Of(App);

    protected override AppState Apply(AppState state, AppEvent @event) => AppStateFold.Apply(state, @event);

    protected override ChangeSet ChangesOf(AppState before, AppEvent @event, AppState after) =>
        AppChanges.Of(before, @event, after);

    protected override ImmutableArray<ViewChange> Project(AppState after, AppEvent @event) =>
        AppProjection.Project(App, after, @event);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        await FindRackAsync(cancellationToken);
    }

    public async Task<Result<AppView>> CreateAsync(
        Caller caller,
        string? generation,
        CancellationToken cancellationToken = default
    )
    {
        var rack = await FindRackAsync(cancellationToken);
        var (most, head) = (0, 0L);
        var scope = new CommandScope(caller, Operations.AppCreate)
        {
            // INVARIANT (S08): one more than there may be is never there, however many are created at once.
            Amend = append =>
                append with
                {
                    Guards = append.Guards.Add(new(StreamId.Org(Org), head)),
                    Limits = [new(ViewKinds.App, most)],
                },
        };
        var done = await CommandAsync<Done>(
            scope,
            async (state, context) =>
            {
                var (org, policy) = await policies.OrgAsync(Org, cancellationToken);
                head = policy.Version;
                most = org.Quotas.Apps ?? limits.Value.MaxPerOrganization;
                var apps = await Services.Store.Views.CountAsync(Org, ViewKinds.App, "", cancellationToken);
                return rack is null
                    ? RackProblems.NotFound(App.Rack)
                    : AppLifecycle.Create(state, App, generation, apps, most, context);
            },
            cancellationToken
        );
        return done.Map(_ => AppView.Of(App, State));
    }

    public async Task<Result<AppView>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(caller, Operations.AppGet, cancellationToken);
        return !allowed.Ok ? Result.Fail<AppView>(allowed.Problem)
            : State.Exists ? AppView.Of(App, State)
            : AppProblems.NotFound(App.App);
    }

    public Task<Result<Done>> UpdateAsync(
        Caller caller,
        UpdateApp command,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.AppUpdate),
            (s, _) => AppLifecycle.Update(s, App, command.Lock, command.Parameters),
            cancellationToken
        );

    public Task<Result<Done>> DeleteAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.AppDelete), (s, _) => AppLifecycle.Delete(s, App), cancellationToken);

    public Task<Result<Done>> CancelAsync(
        Caller caller,
        string? rollout = null,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.AppCancel),
            (s, _) => AppRollouts.Cancel(s, App, rollout),
            cancellationToken
        );

    public async Task<Result<Done>> PromoteAsync(
        Caller caller,
        PromoteRelease command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(command);
        var maker = (await FindReleaseAsync(command.Release, cancellationToken))?.By;
        return await CommandAsync<Done>(
            new(caller, Operations.ReleasePromote) { IsUse = !KeyUses.IsOwn(caller.Principal, maker) },
            async (state, context) =>
            {
                var decided = AppRollouts.Promote(
                    state,
                    App,
                    command.Release,
                    command.Force,
                    command.TimeoutSeconds,
                    command.From,
                    await KeepAsync(cancellationToken),
                    context
                );
                if (!decided.Ok || decided.Value.Events.IsEmpty)
                {
                    return decided;
                }

                // What can be known to fail is refused before anything is touched.
                var mark = state.FindRelease(command.Release)!;
                var loaded = await LoadAsync(state, mark, cancellationToken);
                return loaded.Then(_ => decided);
            },
            cancellationToken
        );
    }

    public Task<Result<Done>> ScaleAsync(
        Caller caller,
        string service,
        ScaleOverride change,
        ScaleBasis? from = null,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.ServiceScale),
            (state, context) =>
                WithServicesAsync(
                    state,
                    service,
                    _ => AppRollouts.Scale(state, App, service, change, from, context),
                    cancellationToken
                ),
            cancellationToken
        );

    public Task<Result<Done>> RestartAsync(
        Caller caller,
        string? service,
        Deployment? from = null,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.ServiceRestart),
            (state, context) =>
                WithServicesAsync(
                    state,
                    service,
                    services => AppRollouts.Restart(state, App, services, from, context),
                    cancellationToken
                ),
            cancellationToken
        );

    /// <summary>Decides about a service that the running release has, or about all of them.</summary>
    private async ValueTask<Result<Decision<AppEvent, Done>>> WithServicesAsync(
        AppState state,
        string? service,
        Func<ImmutableArray<string>, Result<Decision<AppEvent, Done>>> decide,
        CancellationToken cancellationToken
    )
    {
        if (state.FindRelease(state.Current.Release) is not { } active)
        {
            return decide([]);
        }

        var loaded = await LoadAsync(state, active, cancellationToken);
        if (!loaded.TryGet(out var release, out var problem))
        {
            return Result.Fail<Decision<AppEvent, Done>>(problem);
        }

        if (service is not null && release.Manifest.Service(service) is null)
        {
            return AppProblems.NoSuchService(service);
        }

        var decided = decide(service is null ? [.. release.Manifest.Services.Select(s => s.Name)] : [service]);
        return
            decided is { Ok: true, Value.Events: [RolloutStarted { Rollout.Target: var target }] }
            && await FitsAsync(state, DesiredBuilder.Asks(release.Manifest, target), cancellationToken)
                is { Ok: false, Problem: var full }
            ? Result.Fail<Decision<AppEvent, Done>>(full)
            : decided;
    }

    /// <summary>What can be known not to fit is refused at once; whatever else may come is the rack's to say.</summary>
    private async ValueTask<Result<Done>> FitsAsync(
        AppState state,
        MachineShare asked,
        CancellationToken cancellationToken
    ) =>
        await FindRackAsync(cancellationToken) is { } rack && providers.Find(rack).TryGet(out var provider, out _)
            ? provider.Fits(App, state.Id, asked)
            : Result.Done;

    private async Task<Result<LoadedRelease>> LoadAsync(
        AppState state,
        ReleaseMark mark,
        CancellationToken cancellationToken
    )
    {
        if (await FindRackAsync(cancellationToken) is not { } rack)
        {
            return RackProblems.NotFound(App.Rack);
        }

        return providers.FeaturesOf(rack).TryGet(out var features, out var problem)
            ? await releases.LoadAsync(
                App,
                state.Id,
                mark.Id,
                mark.Build,
                mark.EnvironmentVersion,
                features,
                cancellationToken
            )
            : Result.Fail<LoadedRelease>(problem);
    }

    private async ValueTask<KeptReleases> KeepAsync(CancellationToken cancellationToken)
    {
        var (org, _) = await policies.OrgAsync(Org, cancellationToken);
        return limits.Value.Keep(org.Quotas);
    }

    private async Task<RackState?> FindRackAsync(CancellationToken cancellationToken)
    {
        var row = await Services.Store.Views.GetAsync(App.Org, ViewKinds.Rack, App.Rack.Rack, cancellationToken);
        var rack = row is null ? null : ViewJson.Read<RackState>(row);
        _capability = rack?.Capability;
        return rack;
    }

    private async Task<ReleaseView?> FindReleaseAsync(string id, CancellationToken cancellationToken) =>
        Ids.IsRelease(id)
        && await Services.Store.Views.GetAsync(
            Org,
            ViewKinds.Release,
            $"{App.Rack.Rack}/{App.App}/{id}",
            cancellationToken
        )
            is { } row
            ? ViewJson.Read<ReleaseView>(row)
            : null;
}
