using Palisade.Domain.Audit;
using Palisade.Storage;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>
/// Seals one log for as long as it runs: woken by appends, which it lets gather for a moment so that they share a
/// checkpoint.
/// </summary>
public sealed class LogSealer(IStore store, AuditFacts facts, SigningKeys keys, IGrainFactory grains, TimeProvider time)
{
    /// <summary>
    /// How long appends gather. With the seal itself far below the second in which a checkpoint is promised.
    /// </summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(string org, CancellationToken cancellationToken)
    {
        using var signer = new CurrentSigner(org, facts, keys, grains);

        // Subscribed before the first look, so that no append falls between.
        await using var changes = store
            .Changes.SubscribeAsync(IAuditLog.Topic("unsealed", org), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        do
        {
            await SealAllAsync(store.Audit, org, signer, cancellationToken);
        } while (await WokenAsync(changes, cancellationToken));
    }

    /// <summary>Seals until nothing waits.</summary>
    public static async Task SealAllAsync(
        IAuditLog log,
        string org,
        ICheckpointSigner signer,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(log);
        while ((await log.SealAsync(org, signer, cancellationToken)).More) { }
    }

    private async Task<bool> WokenAsync(IAsyncEnumerator<Change> changes, CancellationToken cancellationToken)
    {
        if (!await changes.MoveNextAsync())
        {
            return false;
        }

        await Task.Delay(Gather, time, cancellationToken);
        return true;
    }

    /// <summary>The key that the log's facts name at the moment of signing.</summary>
    private sealed class CurrentSigner(string org, AuditFacts facts, SigningKeys keys, IGrainFactory grains)
        : ICheckpointSigner,
            IDisposable
    {
        private NoteSigner? _signer;

        public async Task<SignedNote> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken = default)
        {
            var state = await facts.OfAsync(org, cancellationToken);
            if (state.Keys.IsEmpty)
            {
                var made = await grains
                    .GetGrain<IAuditGrain>(LogName.Of(org))
                    .EnsureKeyAsync(Callers.System(org, "000000000000"), cancellationToken);
                state = made.Ok
                    ? await facts.OfAsync(org, cancellationToken)
                    : throw new InvalidOperationException($"No key was made for '{org}': {made.Problem.Text}");
            }

            var key = state.Keys[^1].Public;
            if (_signer?.Key != key)
            {
                _signer?.Dispose();
                _signer = await keys.OpenAsync(org, key, cancellationToken);
            }

            return await _signer.SignAsync(checkpoint, cancellationToken);
        }

        public void Dispose() => _signer?.Dispose();
    }
}
