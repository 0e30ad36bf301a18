using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage;
using Palisade.Web.Live;
using Palisade.Web.Pages.Sessions;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Live;

/// <summary>What ends the circuits of sessions must not end itself.</summary>
public sealed class SessionWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly FakeTickets _tickets = new();
    private readonly CircuitRegistry _circuits = new(TimeProvider.System);
    private readonly BreakingFeed _feed = new();

    [Fact]
    public async Task S29_a_look_that_something_below_cancels_ends_its_session_and_the_next_is_looked_at()
    {
        using var watch = New();
        await watch.StartAsync(default);

        // Twice: the first must not have been the last.
        foreach (var session in new[] { "one", "two" })
        {
            _tickets.Broken[session] = Task.FromException<Storage.Tickets.Ticket?>(new TaskCanceledException("below"));
            var connection = new Connection(session);
            _circuits.Opened(connection, session, "what it might do");

            await connection.Aborted.WaitAsync(Patience);
            _circuits.Closed(connection);
        }

        await watch.StopAsync(default);
    }

    [Fact]
    public async Task Changes_that_can_not_be_heard_are_subscribed_to_again()
    {
        using var watch = New();
        await watch.StartAsync(default);

        await _feed.Again.WaitAsync(Patience);

        await watch.StopAsync(default);
    }

    private SessionWatch New() =>
        new(
            _circuits,
            new AccessStamps(new PageSessions(_tickets, null!, TimeProvider.System), null!),
            Feeding.Of(_feed),
            TimeProvider.System,
            NullLogger<SessionWatch>.Instance
        );

    /// <summary>Breaks the first time that each beginning of streams is asked for.</summary>
    private sealed class BreakingFeed : IChangeFeed
    {
        private readonly HashSet<string> _asked = [];
        private readonly HashSet<string> _again = [];
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Again => _all.Task;

        public async IAsyncEnumerable<Change> SubscribeAsync(
            string topic,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            lock (_asked)
            {
                if (_asked.Add(topic))
                {
                    throw new IOException("the connection broke");
                }

                _again.Add(topic);
                if (_again.Count == 3)
                {
                    _all.TrySetResult();
                }
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }
    }

    /// <summary>A store that has changes and nothing else.</summary>
    public class Feeding : DispatchProxy
    {
        private IChangeFeed? _feed;

        public static IStore Of(IChangeFeed feed)
        {
            var store = Create<IStore, Feeding>();
            ((Feeding)(object)store)._feed = feed;
            return store;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod?.Name == "get_Changes" ? _feed : throw new NotSupportedException(targetMethod?.Name);
    }

    private sealed class Connection(string id) : HubCallerContext
    {
        private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Aborted => _aborted.Task;

        public override string ConnectionId => id;

        public override string? UserIdentifier => null;

        public override ClaimsPrincipal? User => null;

        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override CancellationToken ConnectionAborted => default;

        public override void Abort() => _aborted.TrySetResult();
    }
}
