using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Sinks;

/// <summary>Where the records of one log go as they are sealed, at least once each and in the log's order.</summary>
[GenerateSerializer, Immutable, Alias("palisade.audit.sink")]
public sealed record Sink
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required SinkKind Kind { get; init; }

    /// <summary>Unique in its log.</summary>
    [Id(2)]
    public required string Name { get; init; }

    /// <summary>Index of the first record that it gets.</summary>
    [Id(3)]
    public required long From { get; init; }

    [Id(4)]
    public required DateTimeOffset Created { get; init; }

    /// <summary>Of a webhook.</summary>
    [Id(5)]
    public SinkTarget? Target { get; init; }

    /// <summary>What signs; the newest last, at most <see cref="SinkRules.MaxSecrets"/>.</summary>
    [Id(6)]
    public ImmutableArray<SinkSecret> Secrets { get; init; } = [];

    /// <summary>Nothing is delivered while it is there.</summary>
    [Id(7)]
    public SinkPause? Paused { get; init; }

    /// <summary>How often it was begun: each time has a job of its own.</summary>
    [Id(8)]
    public int Run { get; init; } = 1;
}

/// <summary>The URL of a webhook. It often holds a secret, so that people see its host only.</summary>
/// <param name="Host">With the port, when it is not the scheme's own.</param>
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-target")]
public sealed record SinkTarget([property: Id(0)] string Host, [property: Id(1)] Sealed Url);

/// <param name="Until">Set when another one took over: it signs beside it until then.</param>
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-secret")]
public sealed record SinkSecret(
    [property: Id(0)] string Id,
    [property: Id(1)] Sealed Value,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] DateTimeOffset? Until = null
)
{
    public bool SignsAt(DateTimeOffset now) => Until is not { } until || now < until;
}

[GenerateSerializer, Immutable, Alias("palisade.audit.sink-pause")]
public sealed record SinkPause([property: Id(0)] string Why, [property: Id(1)] DateTimeOffset At);
