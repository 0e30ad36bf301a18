using Orleans.Concurrency;

namespace Palisade.Runtime.Tests;

/// <summary>A grain that does what its caller says, so that one class serves most tests.</summary>
internal interface IProbe : IGrainWithStringKey
{
    Task<int> Bump();

    Task<int> Value();

    /// <summary>Notes "name begins", waits at the gate of that name, notes "name ends".</summary>
    Task Hold(string name);

    Task HoldUntil(string name, CancellationToken cancellationToken);

    [ReadOnly]
    Task Read(string name);

    [AlwaysInterleave]
    Task Interleave(string name);

    /// <summary>Calls <see cref="Visit"/> on the first of the keys, which goes on with the rest.</summary>
    Task Visit(string[] keys);

    Task Leave();

    Task Stay(TimeSpan time);

    ValueTask<string> Key();

    ValueTask Nothing();

    Task Throw(string message);

    Task ThrowAtOnce(string message);

    Task<bool> KeepsItsScheduler();
}

internal class Probe(Journal journal, Gates gates) : Grain, IProbe, IDisposable
{
    private int _value;
    private int _inside;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Add($"{this.GetPrimaryKeyString()} activates");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Add($"{this.GetPrimaryKeyString()} deactivates: {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task<int> Bump()
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            throw new InvalidOperationException("Two turns at once.");
        }

        var read = _value;
        await Task.Yield();
        _value = read + 1;
        await Task.Yield();
        Interlocked.Decrement(ref _inside);
        return _value;
    }

    public Task<int> Value() => Task.FromResult(_value);

    public Task Hold(string name) => Wait(name, CancellationToken.None);

    public Task HoldUntil(string name, CancellationToken cancellationToken) => Wait(name, cancellationToken);

    public Task Read(string name) => Wait(name, CancellationToken.None);

    public Task Interleave(string name) => Wait(name, CancellationToken.None);

    public async Task Visit(string[] keys)
    {
        journal.Add($"{this.GetPrimaryKeyString()} visited");
        if (keys.Length > 0)
        {
            await GrainFactory.GetGrain<IProbe>(keys[0]).Visit(keys[1..]);
        }
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Stay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public ValueTask<string> Key() => ValueTask.FromResult(this.GetPrimaryKeyString());

    public ValueTask Nothing() => ValueTask.CompletedTask;

    public async Task Throw(string message)
    {
        await Task.Yield();
        throw new OddException(message);
    }

    public Task ThrowAtOnce(string message) => throw new OddException(message);

    public async Task<bool> KeepsItsScheduler()
    {
        var before = TaskScheduler.Current;
        await Task.Delay(1);
        var middle = TaskScheduler.Current;
        await Task.Run(() => { });
        return before != TaskScheduler.Default && before == middle && before == TaskScheduler.Current;
    }

    public void Dispose() => journal.Add($"{this.GetPrimaryKeyString()} disposed");

    private async Task Wait(string name, CancellationToken cancellationToken)
    {
        journal.Add($"{name} begins");
        await gates.Pass(name).WaitAsync(cancellationToken);
        journal.Add($"{name} ends");
    }
}

internal interface IReentrantProbe : IProbe;

[Reentrant]
internal sealed class ReentrantProbe(Journal journal, Gates gates) : Probe(journal, gates), IReentrantProbe;

internal sealed class OddException(string message) : Exception(message);
