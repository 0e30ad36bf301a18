using System.Collections.Immutable;

namespace Palisade.Domain.Audit.Sinks;

/// <summary>The sinks of one log: the fold of their events.</summary>
internal static class SinkTable
{
    public static ImmutableSortedDictionary<string, Sink> Apply(
        ImmutableSortedDictionary<string, Sink> sinks,
        SinkEvent @event
    ) =>
        @event switch
        {
            SinkCreated e => sinks.SetItem(e.SinkId, e.Sink),
            SinkUpdated e => With(sinks, e, sink => sink with { Name = e.Name, Target = e.Target }),
            SinkSecretRolled e => With(sinks, e, sink => sink with { Secrets = Rolled(sink.Secrets, e) }),
            SinkPaused e => With(sinks, e, sink => sink with { Paused = e.Pause }),
            SinkResumed => With(sinks, @event, sink => sink with { Paused = null, Run = sink.Run + 1 }),
            SinkDeleted => sinks.Remove(@event.SinkId),
            _ => sinks,
        };

    // Those that ended by then are forgotten, with what is left of the secret itself.
    private static ImmutableArray<SinkSecret> Rolled(ImmutableArray<SinkSecret> secrets, SinkSecretRolled rolled) =>
        [
            .. secrets
                .Select(secret =>
                    secret.Until is { } until && until < rolled.Until ? secret : secret with { Until = rolled.Until }
                )
                .Where(secret => secret.SignsAt(rolled.Secret.Since)),
            rolled.Secret,
        ];

    private static ImmutableSortedDictionary<string, Sink> With(
        ImmutableSortedDictionary<string, Sink> sinks,
        SinkEvent @event,
        Func<Sink, Sink> change
    ) => sinks.TryGetValue(@event.SinkId, out var sink) ? sinks.SetItem(@event.SinkId, change(sink)) : sinks;
}
