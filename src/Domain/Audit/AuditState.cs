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

/// <summary>What has to be kept whatever its age, and who said so.</summary>
/// <param name="By">User id.</param>
[GenerateSerializer, Immutable, Alias("palisade.audit.hold")]
public sealed record LegalHold(
    [property: Id(0)] string Reason,
    [property: Id(1)] string By,
    [property: Id(2)] DateTimeOffset Since
);

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

    /// <summary>Days after which records without events lose their bodies; null: never.</summary>
    [Id(2)]
    public int? RetentionDays { get; init; }

    /// <summary>While there is one, nothing is erased.</summary>
    [Id(3)]
    public LegalHold? Hold { get; init; }

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
            RetentionSet e => state with { RetentionDays = e.Days },
            LegalHoldSet e => state with { Hold = new(e.Reason, e.By, e.At) },
            LegalHoldLifted => state with { Hold = null },
            _ => state,
        };
    }
}
