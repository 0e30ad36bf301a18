using System.Collections.Immutable;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Network;

/// <summary>
/// Virtual addresses for internal services (S28): one /32 on the loopback interface each, on which the router listens.
/// Recorded, so that a service keeps its address over restarts.
/// </summary>
public sealed class VipAllocator(RackFolder folder, SubnetPool pool) : IDisposable
{
    /// <summary>The key of the block of virtual addresses in the ledger.</summary>
    public const string PoolKey = "vip";

    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>The block that all addresses come from.</summary>
    public Task<Subnet24> RangeAsync(CancellationToken cancellationToken) =>
        pool.ClaimAsync(PoolKey, cancellationToken);

    /// <summary>
    /// The address of a service (by a key that never changes, such as <c>appId/service</c>), put on the interface if it
    /// is not.
    /// </summary>
    public async Task<string> EnsureAsync(string key, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var range = await RangeAsync(cancellationToken).ConfigureAwait(false);
            var ledger = NetworkLedger.Read(folder);
            if (!ledger.Vips.TryGetValue(key, out var vip) || !range.Overlaps(vip))
            {
                var taken = ledger.Vips.Values.ToHashSet();
                vip =
                    Enumerable.Range(1, 254).Select(range.Address).FirstOrDefault(a => !taken.Contains(a))
                    ?? throw new EngineException(
                        0,
                        "This rack has no virtual address left; at most 254 internal services."
                    );
                (ledger with { Vips = ledger.Vips.SetItem(key, vip) }).Write(folder);
            }

            await AddAsync(vip, cancellationToken).ConfigureAwait(false);
            return vip;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Puts every recorded address on the interface again: after a reboot.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var key in NetworkLedger.Read(folder).Vips.Keys)
        {
            await EnsureAsync(key, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a service's address away.</summary>
    public async Task ReleaseAsync(string key, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var ledger = NetworkLedger.Read(folder);
            if (ledger.Vips.TryGetValue(key, out var vip))
            {
                await DeleteAsync(vip, cancellationToken).ConfigureAwait(false);
                (NetworkLedger.Read(folder) with { Vips = ledger.Vips.Remove(key) }).Write(folder);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes all addresses from the interface and forgets them.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        foreach (var key in NetworkLedger.Read(folder).Vips.Keys.ToImmutableArray())
        {
            await ReleaseAsync(key, cancellationToken).ConfigureAwait(false);
        }

        await pool.ReleaseAsync(PoolKey, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _gate.Dispose();

    private static async Task AddAsync(string vip, CancellationToken cancellationToken)
    {
        var result = await HostCommand
            .RunAsync("ip", ["addr", "replace", $"{vip}/32", "dev", "lo"], cancellationToken)
            .ConfigureAwait(false);
        if (!result.Ok)
        {
            throw new EngineException(0, $"The address {vip} cannot be set up: {result.Error.Trim()}");
        }
    }

    private static async Task DeleteAsync(string vip, CancellationToken cancellationToken)
    {
        var result = await HostCommand
            .RunAsync("ip", ["addr", "del", $"{vip}/32", "dev", "lo"], cancellationToken)
            .ConfigureAwait(false);
        if (!result.Ok && !result.Error.Contains("Cannot assign", StringComparison.Ordinal))
        {
            throw new EngineException(0, $"The address {vip} cannot be removed: {result.Error.Trim()}");
        }
    }
}
