namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>A turn of a grain: nobody else's begins before it is disposed.</summary>
internal sealed class LedgerTurn(LedgerGrain ledger, SemaphoreSlim turns) : IDisposable
{
    public LedgerGrain Ledger => ledger;

    public void Dispose() => turns.Release();
}
