using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

internal sealed partial class Activation
{
    private Grain? _grain;
    private AsyncServiceScope? _scope;
    private DeactivationReason? _reason;
    private long _lastUsed;
    private long _keepUntil;

    public IServiceProvider Services => _scope?.ServiceProvider ?? Host.Services;

    // No new turn begins on this activation. A shutdown is not that: it serves what had arrived before it. Nor is a wish from
    // OnActivateAsync: an activation that goes before it served anyone would send its callers round for ever.
    private bool Ending => _reason is { ReasonCode: not DeactivationReasonCode.ShuttingDown } && _served;

    /// <summary>It has been asked to end.</summary>
    public bool IsLeaving
    {
        get
        {
            lock (_gate)
            {
                return _reason is not null;
            }
        }
    }

    /// <summary>Ends this activation once no turn runs. The first reason stays.</summary>
    public void RequestDeactivation(DeactivationReason reason)
    {
        lock (_gate)
        {
            _keepUntil = 0;
            AskToEnd(reason);
        }

        Schedule();
    }

    /// <summary>Ends this activation if it has been unused since the timestamp, with nothing running, waiting or keeping it.</summary>
    public bool DeactivateIfUnusedSince(long timestamp, DeactivationReason reason)
    {
        lock (_gate)
        {
            if (!IsIdle || _lastUsed > timestamp)
            {
                return false;
            }

            AskToEnd(reason);
        }

        Schedule();
        return true;
    }

    /// <summary>When it was used last, if it could be collected now.</summary>
    public long? UnusedSince()
    {
        lock (_gate)
        {
            return IsIdle ? _lastUsed : null;
        }
    }

    public void KeepFor(TimeSpan time)
    {
        lock (_gate)
        {
            _keepUntil = time <= TimeSpan.Zero ? 0 : Host.Time.GetTimestamp() + (long)(time.TotalSeconds * Host.Time.TimestampFrequency);
        }
    }

    private bool IsIdle => _state == ActivationState.Active && _reason is null && _running.Count == 0 && _waiting.Count == 0
        && !HasArrivals && (_keepUntil == 0 || _keepUntil <= Host.Time.GetTimestamp());

    private bool MayEnd() => _reason is not null && _running.Count == 0 && (Ending || _waiting.Count == 0);

    private void AskToEnd(DeactivationReason reason)
    {
        if (_reason is null && _state < ActivationState.Deactivating)
        {
            _reason = reason;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What the grain throws is its callers'.")]
    private async Task ActivateAsync()
    {
        try
        {
            _scope = Host.Services.CreateAsyncScope();
            Constructing = this;
            try
            {
                _grain = Class.Create(_scope.Value.ServiceProvider);
            }
            finally
            {
                Constructing = null;
            }

            using var timeout = new CancellationTokenSource(Host.Options.ActivationTimeout, Host.Time);
            await _grain.OnActivateAsync(timeout.Token);
        }
        catch (Exception e)
        {
            Host.LogActivationFailed(e, this);
            await ReleaseAsync();
            foreach (var request in Die())
            {
                request.Fail(e);
            }

            return;
        }

        lock (_gate)
        {
            _state = ActivationState.Active;
            _lastUsed = Host.Time.GetTimestamp();
        }

        Schedule();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The activation ends all the same.")]
    private async Task DeactivateAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(Host.Options.DeactivationTimeout, Host.Time);
            await _grain!.OnDeactivateAsync(_reason!.Value, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception e)
        {
            Host.LogDeactivationFailed(e, this);
        }

        await ReleaseAsync();
        foreach (var request in Die())
        {
            Host.Resubmit(request);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The activation ends all the same.")]
    private async Task ReleaseAsync()
    {
        try
        {
            switch (_grain)
            {
                case IAsyncDisposable grain:
                    await grain.DisposeAsync();
                    break;
                case IDisposable grain:
                    grain.Dispose();
                    break;
                default:
                    break;
            }

            if (_scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
        catch (Exception e)
        {
            Host.LogReleaseFailed(e, this);
        }
    }

    // INVARIANT: out of the directory before it refuses requests (see GrainReference.Submit), and after its grain has wholly ended, so
    // that two activations of a grain never overlap.
    private List<GrainRequest> Die()
    {
        Host.Remove(this);
        var left = new List<GrainRequest>();
        lock (_gate)
        {
            _state = ActivationState.Dead;
            Receive(close: true);
            while (_waiting.First is { } request)
            {
                Unlist(request);
                left.Add(request);
            }
        }

        _grain = null;
        _scope = null;
        return left;
    }
}
