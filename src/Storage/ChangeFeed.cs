using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Palisade.Storage;

/// <summary>Tells subscribers in this process what was committed.</summary>
internal sealed class ChangeFeed : IChangeFeed
{
    private const int Buffered = 1024;

    private readonly Lock _gate = new();
    private Subscriber[] _subscribers = [];

    public IAsyncEnumerable<Change> SubscribeAsync(string topic, CancellationToken cancellationToken = default)
    {
        // Subscribed by the call and not by the first read, so that "subscribe, then read the state" misses nothing.
        var subscriber = new Subscriber(topic);
        lock (_gate)
        {
            _subscribers = [.. _subscribers, subscriber];
        }

        return ReadAsync(subscriber, cancellationToken);
    }

    public void Publish(IReadOnlyCollection<Change> changes)
    {
        var subscribers = Volatile.Read(ref _subscribers);
        if (subscribers.Length == 0)
        {
            return;
        }

        foreach (var change in changes)
        {
            foreach (var subscriber in subscribers)
            {
                subscriber.Offer(change);
            }
        }
    }

    /// <summary>Changes may have been missed: every subscriber looks at everything again.</summary>
    public void LookAgain()
    {
        foreach (var subscriber in Volatile.Read(ref _subscribers))
        {
            subscriber.Lose();
        }
    }

    /// <summary>Ends every subscription.</summary>
    public void Complete()
    {
        foreach (var subscriber in Volatile.Read(ref _subscribers))
        {
            subscriber.Channel.Writer.TryComplete();
        }
    }

    private async IAsyncEnumerable<Change> ReadAsync(
        Subscriber subscriber,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        try
        {
            while (await subscriber.Channel.Reader.WaitToReadAsync(cancellationToken))
            {
                while (subscriber.Channel.Reader.TryRead(out var change))
                {
                    yield return change;
                }

                if (subscriber.TakeLost())
                {
                    yield return new Change("", 0);
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _subscribers = [.. _subscribers.Where(other => other != subscriber)];
            }
        }
    }

    private sealed class Subscriber(string topic)
    {
        private readonly Lock _gate = new();
        private bool _lost;

        public Channel<Change> Channel { get; } =
            System.Threading.Channels.Channel.CreateBounded<Change>(
                new BoundedChannelOptions(Buffered) { SingleReader = true, SingleWriter = true }
            );

        public void Offer(Change change)
        {
            // Not a neighbour whose name only begins alike.
            if (topic.EndsWith('/') ? !change.Topic.StartsWith(topic, StringComparison.Ordinal) : change.Topic != topic)
            {
                return;
            }

            // INVARIANT: a full channel and its mark are one step, or the reader could drain between them and wait with
            // the mark unseen.
            lock (_gate)
            {
                _lost |= !Channel.Writer.TryWrite(change);
            }
        }

        public void Lose()
        {
            lock (_gate)
            {
                // Read at once when there is nothing before it.
                _lost |= !Channel.Writer.TryWrite(new("", 0));
            }
        }

        public bool TakeLost()
        {
            lock (_gate)
            {
                var lost = _lost;
                _lost = false;
                return lost;
            }
        }
    }
}
