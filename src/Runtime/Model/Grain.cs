using Orleans.Runtime;

namespace Orleans;

/// <summary>The base class of all grain classes.</summary>
public abstract class Grain : IAddressable
{
    /// <summary>Called by the runtime through a subclass; outside of it the grain is unattached and only its own code works.</summary>
    protected Grain() => Activation = Activation.Constructing;

    internal Activation? Activation { get; }

    /// <summary>The grain's class and key, for logs.</summary>
    public string IdentityString => Attached().ToString();

    /// <summary>References to other grains.</summary>
    protected IGrainFactory GrainFactory => Attached().Host;

    /// <summary>The services of this activation's scope.</summary>
    protected internal IServiceProvider ServiceProvider => Attached().Services;

    /// <summary>Runs before the first request. When it throws, the waiting calls fail with that exception and the next call tries again.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last request has ended. The token is cancelled when it takes too long.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once no request runs; later calls get a fresh one.</summary>
    protected void DeactivateOnIdle() => Attached().RequestDeactivation(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    /// <summary>Keeps this activation from being collected as idle for this long; a negative time takes an earlier wish back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Attached().KeepFor(timeSpan);

    private Activation Attached() => Activation ?? throw new InvalidOperationException(
        $"{GetType().Name} was created outside of the grain runtime; get a reference from IGrainFactory.");
}
