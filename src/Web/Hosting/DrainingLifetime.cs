using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Palisade.Silo.Hosting;

namespace Palisade.Web.Hosting;

/// <summary>
/// Stops the process when it is told to: first it says that it is not ready and serves on for as long as load balancers
/// need to hear it (<see cref="NodeOptions.Drain"/>), then requests and streams end. A second signal ends the wait.
/// </summary>
internal sealed class DrainingLifetime(
    IHostApplicationLifetime application,
    Readiness readiness,
    IOptions<NodeOptions> options,
    TimeProvider time
) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(static signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (readiness.Draining || options.Value.Drain == TimeSpan.Zero)
        {
            readiness.Draining = true;
            application.StopApplication();
            return;
        }

        readiness.Draining = true;
        _ = StopLaterAsync();
    }

    private async Task StopLaterAsync()
    {
        await Task.Delay(options.Value.Drain, time, application.ApplicationStopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        application.StopApplication();
    }
}
