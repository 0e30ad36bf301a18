using Palisade.Grains;
using Palisade.Silo.Hosting;
using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>
/// Ready when the store answers, the first run is done, jobs are run where they are to be, and nobody has told the
/// process to stop. A rack that is not ready says so itself and keeps nobody from the console.
/// </summary>
public sealed class Readiness(IStore store, NodeIdentity node, SiloOptions silo) : IReadiness
{
    /// <summary>Organization, first administrator and rack exist.</summary>
    public bool FirstRunDone { get; set; }

    /// <summary>It was told to stop, and serves what comes until it does.</summary>
    public bool Draining { get; set; }

    public async Task<string?> NotReadyBecauseAsync(CancellationToken cancellationToken)
    {
        if (Draining)
        {
            return "the server is stopping";
        }

        if (!FirstRunDone)
        {
            return "the first run is not finished";
        }

        try
        {
            await StoreProbe.AskAsync(store, cancellationToken);
            return silo.Pump && !await HasLeaseAsync(cancellationToken) ? "no jobs are run at the moment" : null;
        }
#pragma warning disable CA1031 // Whatever it is: what asks is to hear that the store can't be used.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return "the database does not answer";
        }
    }

    private async Task<bool> HasLeaseAsync(CancellationToken cancellationToken) =>
        await store
            .Jobs.FindNodeAsync(node.OwnCapability, cancellationToken)
            .WaitAsync(StoreProbe.Patience, cancellationToken)
            is not null;
}
