using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit.Sinks;

/// <summary>A fact about where a log's records go.</summary>
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-event")]
public abstract record SinkEvent([property: Id(0)] string SinkId) : AuditEvent;

[Event("audit.sink_created")]
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-created")]
public sealed record SinkCreated(string SinkId, [property: Id(0)] Sink Sink) : SinkEvent(SinkId);

/// <param name="Target">As it is now.</param>
[Event("audit.sink_updated")]
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-updated")]
public sealed record SinkUpdated(string SinkId, [property: Id(0)] string Name, [property: Id(1)] SinkTarget? Target)
    : SinkEvent(SinkId);

/// <param name="Until">How long those before it go on.</param>
[Event("audit.sink_secret_rolled")]
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-secret-rolled")]
public sealed record SinkSecretRolled(
    string SinkId,
    [property: Id(0)] SinkSecret Secret,
    [property: Id(1)] DateTimeOffset Until
) : SinkEvent(SinkId);

[Event("audit.sink_paused")]
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-paused")]
public sealed record SinkPaused(string SinkId, [property: Id(0)] SinkPause Pause) : SinkEvent(SinkId);

[Event("audit.sink_resumed")]
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-resumed")]
public sealed record SinkResumed(string SinkId) : SinkEvent(SinkId);

[Event("audit.sink_deleted")]
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-deleted")]
public sealed record SinkDeleted(string SinkId) : SinkEvent(SinkId);
