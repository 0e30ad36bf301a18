using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Racks;

/// <inheritdoc cref="IRackGrain"/>
public sealed class RackGrain(GrainServices services, IProviders providers)
    : JournaledGrain<RackState, RackEvent>(services),
        IRackGrain
{
    private RackRef? _rack;

    private RackRef Rack => _rack ??= RackRef.Parse(this.GetPrimaryKeyString());

    protected override RackState Empty => new();

    protected override StreamId Stream => StreamId.Rack(Rack);

    protected override string Org => Rack.Org;

    protected override Resource Resource => Resource.Of(Rack);

    protected override RackState Apply(RackState state, RackEvent @event) => RackDecisions.Apply(state, @event);

    protected override ChangeSet ChangesOf(RackState before, RackEvent @event, RackState after) =>
        RackChanges.Of(before, after);

    protected override ImmutableArray<ViewChange> Project(RackState after, RackEvent @event) =>
        RackDecisions.Project(Rack, after);

    protected override ImmutableArray<JobDraft> JobsOf(RackState after, RackEvent @event, Caller caller) =>
        @event switch
        {
            RackRegistered or RackParametersSet or RackUpdateStarted =>
            [
                new JobDraft
                {
                    Id = $"rack-{after.Id}-{Services.Ids.Hex(6)}",
                    Kind = RackJob.Kind,
                    Org = Org,
                    Stream = Stream.Value,
                    Operation = Operations.RackConverge.Name,
                    Resource = Resource.ToString(),
                    Caller = Callers.System(Org, caller.RequestId),
                    Capability = after.Capability,
                },
            ],
            _ => [],
        };

    public async Task<Result<RackState>> RegisterAsync(
        Caller caller,
        RegisterRack command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var done = await CommandAsync(
            new(caller, Operations.RackCreate),
            (s, context) =>
                RackDecisions.Register(s, Rack, command.Provider, command.Environment, command.Capability, context),
            cancellationToken
        );
        return done.Map(_ => State);
    }

    public async Task<Result<RackState>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(caller, Operations.RackGet, cancellationToken);
        return !allowed.Ok ? Result.Fail<RackState>(allowed.Problem)
            : State.Exists ? State
            : RackProblems.NotFound(Rack);
    }

    public Task<Result<Done>> SetParametersAsync(
        Caller caller,
        SetRackParameters command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        return CommandAsync(
            new(caller, Operations.RackParamsSet),
            (s, _) => RackDecisions.SetParameters(s, Rack, command.Changed, command.From, providers.CeilingsOf(s)),
            cancellationToken
        );
    }

    public Task<Result<Done>> SetEnvironmentAsync(
        Caller caller,
        string environment,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.RackEnvironmentSet),
            (s, _) => RackDecisions.SetEnvironment(s, Rack, environment),
            cancellationToken
        );

    public Task<Result<Done>> UpdateAsync(
        Caller caller,
        string version,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.RackUpdate),
            (s, _) => RackDecisions.Update(s, Rack, version),
            cancellationToken
        );

    public Task<Result<Done>> ReportUpdatedAsync(
        Caller caller,
        Apps.JobToken job,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.RackConverge, job),
            (s, _) =>
                Result.Of(
                    new Decision<RackEvent, Done>(default)
                    {
                        Events = s.Status == "updating" ? [new RackUpdated()] : [],
                    }
                ),
            cancellationToken
        );
}
