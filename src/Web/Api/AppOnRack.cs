using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Web.Api;

/// <summary>An app on its rack, and its processes as the rack's own records name them.</summary>
internal sealed record AppOnRack(AppView App, RackState Rack, ILiveRack Live)
{
    /// <summary>Problems: <c>app.not_found</c>, <c>rack.not_found</c>, <c>rack.unreachable</c>.</summary>
    public static async Task<Result<AppOnRack>> OfAsync(WireRequest request) =>
        (await request.AppViewAsync()).TryGet(out var app, out var problem)
        && (await request.RackStateAsync()).TryGet(out var rack, out problem)
        && (await request.Service<RackView>().LiveAsync(request, rack)).TryGet(out var live, out problem)
            ? new AppOnRack(app, rack, live)
            : Result.Fail<AppOnRack>(problem);

    /// <summary>Where its logs are read.</summary>
    public Task<Result<ILogReader>> LogsAsync(WireRequest request) =>
        request.Service<RackView>().LogsAsync(request, Rack);

    public Task<ImmutableArray<ObservedProcess>> ProcessesAsync(CancellationToken cancellationToken) =>
        Live.ProcessesAsync(App.Ref, App.Id, cancellationToken);

    /// <summary>
    /// The app's process of that id (S18: what is not among them does not exist). Problems: <c>process.not_found</c>.
    /// </summary>
    public async Task<Result<ObservedProcess>> FindAsync(string id, CancellationToken cancellationToken) =>
        Ids.IsProcess(id) && (await ProcessesAsync(cancellationToken)).FirstOrDefault(p => p.Id == id) is { } found
            ? found
            : AppProblems.NoSuchProcess(id);

    /// <summary>
    /// The same, or any running process of the service of that name, as <c>convox exec</c> takes both.
    /// </summary>
    public async Task<Result<ObservedProcess>> FindForExecAsync(string idOrService, CancellationToken cancellationToken)
    {
        var processes = await ProcessesAsync(cancellationToken);
        if (Ids.IsProcess(idOrService) && processes.FirstOrDefault(p => p.Id == idOrService) is { } named)
        {
            return named;
        }

        var running = processes
            .Where(p => p.Service == idOrService && p is { Status: ProcessStatus.Running, OneOff: false })
            .ToList();
        return running.Count > 0
            ? running[RandomNumberGenerator.GetInt32(running.Count)]
            : AppProblems.NoSuchProcess(idOrService);
    }
}
