using System.Collections.Concurrent;
using System.Threading.Channels;
using Palisade.Storage;

namespace Palisade.Web.Tests.Fakes;

/// <summary>Changes that the test tells of.</summary>
public sealed class FakeChanges : IChangeFeed
{
    private readonly ConcurrentBag<(string Topic, Channel<Change> Channel)> _subscribed = [];

    public IAsyncEnumerable<Change> SubscribeAsync(string topic, CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<Change>();
        _subscribed.Add((topic, channel));
        return channel.Reader.ReadAllAsync(cancellationToken);
    }

    public void Tell(string topic)
    {
        foreach (var subscriber in _subscribed.Where(s => s.Topic == topic))
        {
            subscriber.Channel.Writer.TryWrite(new Change(topic, 1));
        }
    }
}
