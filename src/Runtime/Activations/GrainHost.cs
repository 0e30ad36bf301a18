using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Orleans.Runtime;

/// <summary>
/// The built-in silo: the directory of activations in this process, their time-outs, their collection and their graceful end.
/// </summary>
public sealed partial class GrainHost : IGrainFactory, IHostedService, IDisposable, IAsyncDisposable
{
    private readonly GrainCatalog _catalog;
    private readonly ILogger _logger;
    private int _count;
    private volatile HostPhase _phase;
    private volatile TaskCompletionSource? _emptied;

    internal GrainHost(
        IServiceProvider services, BuiltInGrainOptions options, GrainCatalog catalog, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        Services = services;
        Options = options;
        Time = time;
        Copier = options.CallBoundary == CallBoundary.Copy ? new ContractCopier() : null;
        _catalog = catalog;
        _logger = loggers.CreateLogger("Orleans.Runtime");
        _began = time.GetTimestamp();
        _round = TimeSpan.FromMilliseconds(Math.Clamp(options.ResponseTimeout.TotalMilliseconds / 10, 10, 1000));
        _rounds = time.CreateTimer(static host => ((GrainHost)host!).Round(), this, _round, _round);
        _collections = time.CreateTimer(
            static host => ((GrainHost)host!).CollectIdle(), this, options.CollectionQuantum, options.CollectionQuantum);
    }

    private static DeactivationReason ShuttingDown => new(DeactivationReasonCode.ShuttingDown, "The process is shutting down.");

    private enum HostPhase : byte
    {
        Running,

        /// <summary>Only calls made by grains are taken, so that running turns can end.</summary>
        Stopping,

        Stopped,
    }

    /// <summary>Activations in memory now.</summary>
    public int ActivationCount => Volatile.Read(ref _count);

    internal IServiceProvider Services { get; }

    internal BuiltInGrainOptions Options { get; }

    internal TimeProvider Time { get; }

    internal IValueCopier? Copier { get; }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        var grainClass = _catalog.Find(typeof(TGrainInterface), grainClassNamePrefix);
        var reference = ReferenceEmitter.For(typeof(TGrainInterface))();
        reference.Host = this;
        reference.Class = grainClass;
        reference.Key = primaryKey;
        return (TGrainInterface)(object)reference;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Refuses new calls from outside, lets everything that has arrived run to its end, and deactivates all, until the token is cancelled.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_phase == HostPhase.Stopped)
        {
            return;
        }

        _phase = HostPhase.Stopping;

        // INVARIANT: an activation added from here on sees the phase (GetOrCreate), one added before is seen below.
        Interlocked.MemoryBarrier();
        try
        {
            while (ActivationCount > 0)
            {
                _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                foreach (var activation in Activations)
                {
                    activation.RequestDeactivation(ShuttingDown);
                }

                if (ActivationCount > 0)
                {
                    await _emptied.Task.WaitAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            LogStoppedEarly(ActivationCount, Activations.FirstOrDefault());
        }

        _phase = HostPhase.Stopped;
        await DisposeAsync();
    }

    public void Dispose()
    {
        _phase = HostPhase.Stopped;
        _rounds.Dispose();
        _collections.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _phase = HostPhase.Stopped;
        await _rounds.DisposeAsync();
        await _collections.DisposeAsync();
    }

    private IEnumerable<Activation> Activations => _catalog.Classes.SelectMany(c => c.Activations.Select(a => a.Value));

    /// <summary>Whether the call goes on to its activation; when not, it has been answered.</summary>
    internal bool Admit(GrainRequest request)
    {
        if (_phase != HostPhase.Running && (request.Caller is null || _phase == HostPhase.Stopped))
        {
            request.Fail(Unavailable(request));
            return false;
        }

        if (request.Token.IsCancellationRequested)
        {
            request.Cancel(request.Token);
            return false;
        }

        if (Copier is not null)
        {
            try
            {
                request.CopyArguments(Copier);
            }
            catch (ContractException e)
            {
                request.Fail(e);
                return false;
            }
        }

        request.Tick = _tick;
        return true;
    }

    internal Activation GetOrCreate(GrainClass grainClass, string key)
    {
        if (grainClass.Activations.TryGetValue(key, out var activation))
        {
            return activation;
        }

        var created = new Activation(this, grainClass, key);
        activation = grainClass.Activations.GetOrAdd(key, created);
        if (activation != created)
        {
            return activation;
        }

        if (Interlocked.Increment(ref _count) > Options.MaxActivations)
        {
            TrimSoon();
        }

        if (_phase == HostPhase.Stopping)
        {
            activation.RequestDeactivation(ShuttingDown);
        }

        return activation;
    }

    internal void Remove(Activation activation)
    {
        if (activation.Class.Activations.TryRemove(KeyValuePair.Create(activation.Key, activation))
            && Interlocked.Decrement(ref _count) == 0)
        {
            _emptied?.TrySetResult();
        }
    }

    /// <summary>Gives a call that an ended activation left to the grain's next one.</summary>
    internal void Resubmit(GrainRequest request)
    {
        if (_phase == HostPhase.Stopped)
        {
            request.Fail(Unavailable(request));
            return;
        }

        var (grainClass, key) = (request.Target!.Class, request.Target.Key);
        while (!GetOrCreate(grainClass, key).Enqueue(request))
        {
            // A dead one left the directory before it refused; the next look-up gives another.
        }
    }

    private static SiloUnavailableException Unavailable(GrainRequest request) =>
        new($"The grain host is stopping and takes no call of {request.Method.Name}.");
}
