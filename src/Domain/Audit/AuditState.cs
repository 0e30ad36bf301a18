using System.Collections.Immutable;
using Palisade.Domain.Audit.Sinks;

namespace Palisade.Domain.Audit;

/// <summary>A key that signs or signed a log.</summary>
/// <param name="Key">See <see cref="NoteKey"/>.</param>
/// <param name="Succession">See <see cref="KeyHistory"/>.</param>
[GenerateSerializer, Immutable, Alias("palisade.audit.key")]
public sealed record SigningKey(
    [property: Id(0)] string Key,
    [property: Id(1)] string? Succession,
    [property: Id(2)] DateTimeOffset Since
)
{
    public NoteKey Public =>
        NoteKey.TryParse(Key, out var key) ? key : throw new FormatException("A stored key is none.");
}

/// <summary>What decisions about one log need: the fold of its stream <c>audit/…</c>.</summary>
[GenerateSerializer, Immutable, Alias("palisade.audit.state")]
public sealed record AuditState
{
    /// <summary>Oldest first, the last one signs; at most <see cref="KeyHistory.MaxKeys"/>.</summary>
    [Id(0)]
    public ImmutableArray<SigningKey> Keys { get; init; } = [];

    /// <summary>By id, at most <see cref="SinkRules.MaxSinks"/>.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, Sink> Sinks { get; init; } = ImmutableSortedDictionary<string, Sink>.Empty;

    public KeyHistory History =>
        new([
            .. Keys.Select(key => new KeyLink(
                key.Public,
                SignedNote.TryParse(key.Succession, out var note) ? note : null
            )),
        ]);

    public static AuditState Apply(AuditState state, AuditEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        return @event switch
        {
            SigningKeyAdded e => state with { Keys = state.Keys.Add(new(e.Key, e.Succession, e.At)) },
            SinkEvent e => state with { Sinks = SinkTable.Apply(state.Sinks, e) },
            _ => state,
        };
    }
}
