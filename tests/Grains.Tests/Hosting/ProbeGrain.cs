using System.Collections.Concurrent;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Tests.Hosting;

[Alias("test.probe")]
internal interface IProbeGrain : IGrainWithStringKey
{
    /// <summary>Does not end before <see cref="ProbeGrain.Gates"/> lets it, or the token is cancelled.</summary>
    Task HoldAsync(Sensitive<string> secret, string plain, CancellationToken cancellationToken = default);

    Task ThrowAsync(string message);

    /// <summary>What <see cref="Correlation"/> says in its turn.</summary>
    Task<string?> RequestIdAsync();
}

internal sealed class ProbeGrain : Grain, IProbeGrain
{
    /// <summary>By key: a turn says when it begins, waits, and says how it ended.</summary>
    public static ConcurrentDictionary<string, Gate> Gates { get; } = new();

    public async Task HoldAsync(Sensitive<string> secret, string plain, CancellationToken cancellationToken = default)
    {
        var gate = Gates[this.GetPrimaryKeyString()];
        gate.Begun.SetResult();
        try
        {
            await gate.Open.Task.WaitAsync(cancellationToken);
            gate.Ended.SetResult("ended");
        }
        catch (OperationCanceledException)
        {
            gate.Ended.SetResult("cancelled");
            throw;
        }
    }

    public Task<string?> RequestIdAsync() =>
        Task.FromResult(Orleans.Runtime.RequestContext.Get(Correlation.RequestId) as string);

    public Task ThrowAsync(string message) => throw new ProbeException(message);

    internal sealed class Gate
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

internal sealed class ProbeException(string message) : Exception(message);
