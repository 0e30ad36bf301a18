using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

public sealed partial class GrainHost
{
    private readonly ITimer _rounds;
    private readonly ITimer _collections;
    private readonly TimeSpan _round;
    private readonly long _began;
    private volatile int _tick;
    private int _trimming;
    private int _looking;

    // Time-outs have the resolution of a round; calls only copy the current round's number.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A timer's callback must not end the process.")]
    private void Round()
    {
        _tick = (int)(Time.GetElapsedTime(_began) / _round);
        if (Interlocked.Exchange(ref _looking, 1) == 1)
        {
            return;
        }

        try
        {
            EndOverdue();
            if (ActivationCount > Options.MaxActivations)
            {
                TrimSoon();
            }
        }
        catch (Exception e)
        {
            LogRoundFailed(e);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    private void EndOverdue()
    {
        // A call is stamped with the round that began before it, so that one more round must pass before its time is surely up.
        var last = _tick - (int)Math.Ceiling(Options.ResponseTimeout / _round) - 1;
        var overdue = new List<GrainRequest>();
        foreach (var activation in Activations)
        {
            activation.CollectOverdue(last, overdue);
        }

        // All are described before the first ends: a description shows the whole chain.
        var messages = overdue.ConvertAll(request => Activation.Describe(request, Options.ResponseTimeout));
        for (var i = 0; i < overdue.Count; i++)
        {
            LogTimedOut(messages[i]);
            overdue[i].Target!.TimeOut(overdue[i], messages[i]);
        }
    }

    private void CollectIdle()
    {
        var horizon = Time.GetTimestamp() - (long)(Options.CollectionAge.TotalSeconds * Time.TimestampFrequency);
        var reason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"Unused for {Options.CollectionAge}.");
        foreach (var activation in Activations)
        {
            activation.DeactivateIfUnusedSince(horizon, reason);
        }
    }

    private void TrimSoon()
    {
        if (Interlocked.Exchange(ref _trimming, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static host => host.Trim(), this, preferLocal: false);
        }
    }

    private void Trim()
    {
        try
        {
            // Some more than needed, so that a full cache is not sorted for every new activation.
            var excess = ActivationCount - Options.MaxActivations;
            if (excess > 0)
            {
                EndLeastRecentlyUsed(excess + (Options.MaxActivations / 20));
            }
        }
        finally
        {
            Volatile.Write(ref _trimming, 0);
        }
    }

    private void EndLeastRecentlyUsed(int excess)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"More than {Options.MaxActivations} activations.");
        var idle = new List<(long Used, Activation Activation)>();
        foreach (var activation in Activations)
        {
            if (activation.IsLeaving)
            {
                excess--;
            }
            else if (activation.UnusedSince() is { } used)
            {
                idle.Add((used, activation));
            }
        }

        foreach (var (used, activation) in idle.OrderBy(i => i.Used))
        {
            if (excess <= 0)
            {
                return;
            }

            if (activation.DeactivateIfUnusedSince(used, reason))
            {
                excess--;
            }
        }
    }
}
