using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Apps;

/// <summary>One-off processes.</summary>
public sealed partial class AppGrain
{
    public async Task<Result<OneOffTicket>> RequestProcessAsync(
        Caller caller,
        RequestProcess command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        return await CommandAsync<OneOffTicket>(
            new(caller, Operations.ProcessRun),
            async (state, context) =>
            {
                if (!state.Exists)
                {
                    return AppProblems.NotFound(App.App);
                }

                var id = command.Release is { Length: > 0 } named ? named : state.Current.Release;
                if (state.FindRelease(id) is not { } release)
                {
                    return id.Length == 0
                        ? AppProblems.NothingRuns(App.App)
                        : AppProblems.NoSuchRelease(state, id, await KeepAsync(cancellationToken));
                }

                var loaded = await LoadAsync(state, release, cancellationToken);
                if (!loaded.TryGet(out var found, out var problem))
                {
                    return Result.Fail<Decision<AppEvent, OneOffTicket>>(problem);
                }

                if (found.Manifest.Service(command.Service) is null)
                {
                    return AppProblems.NoSuchService(command.Service);
                }

                var process = $"{command.Service}-{context.Ids.Hex(5)}-{context.Ids.Alphanumeric(5)}";
                var shown = Redaction.Of(command.Command.Reveal(), found.Environment);
                return new Decision<AppEvent, OneOffTicket>(new OneOffTicket(process, state.Id, release.Id))
                {
                    Events =
                    [
                        new ProcessRequested(process, command.Service, release.Id, shown)
                        {
                            By = context.Caller.Principal,
                        },
                    ],
                };
            },
            cancellationToken
        );
    }

    public async Task<Result<StartedBy>> StartedByAsync(string processId, CancellationToken cancellationToken = default)
    {
        await RefreshAsync(cancellationToken);
        return new StartedBy(State.StarterOf(processId));
    }

    public async Task<Result<Done>> StopProcessAsync(
        Caller caller,
        string processId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        await RefreshAsync(cancellationToken);
        var own =
            State.StarterOf(processId) is { } starter
            && starter.Is(caller.Principal)
            && await Services.Gate.AllowsAsync(caller, Operations.ProcessRunStop, Resource, cancellationToken);
        return await CommandAsync(
            new(caller, own ? Operations.ProcessRunStop : Operations.ProcessStop),
            (state, _) =>
                !state.Exists ? AppProblems.NotFound(App.App)
                : !Ids.IsProcess(processId)
                    ? Result.Fail<Decision<AppEvent, Done>>(AppProblems.NoSuchProcess(processId))
                : new Decision<AppEvent, Done>(default) { Events = [new ProcessStopped(processId)] },
            cancellationToken
        );
    }
}
