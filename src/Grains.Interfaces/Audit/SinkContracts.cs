using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Audit;

/// <summary>A sink to be made.</summary>
/// <param name="Url">Of a webhook; a secret, as such URLs often are.</param>
/// <param name="From">Index of the first record that it is to get; none: the next one.</param>
[GenerateSerializer, Immutable, Alias("palisade.audit.new-sink")]
public sealed record NewSink(
    [property: Id(0)] SinkKind Kind,
    [property: Id(1)] string Name,
    [property: Id(2)] Sensitive<string>? Url = null,
    [property: Id(3)] long? From = null
);

/// <summary>What is null stays.</summary>
[GenerateSerializer, Immutable, Alias("palisade.audit.sink-change")]
public sealed record SinkChange(
    [property: Id(0)] string? Name = null,
    [property: Id(1)] Sensitive<string>? Url = null,
    [property: Id(2)] bool? Enabled = null
);

/// <summary>A sink with its new secret, this once; a file has none.</summary>
[GenerateSerializer, Immutable, Alias("palisade.audit.issued-sink")]
public sealed record IssuedSink([property: Id(0)] string SinkId, [property: Id(1)] Sensitive<string>? Secret);
