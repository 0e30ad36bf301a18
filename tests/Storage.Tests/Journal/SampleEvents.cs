using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Tests.Journal;

public enum Shade
{
    Light,
    Dark,
}

[Event("test.counted")]
public sealed record Counted(long Value) : IDomainEvent;

[Event("test.rich")]
public sealed record Rich : IDomainEvent
{
    public required ImmutableArray<string> Names { get; init; }
    public required ImmutableSortedDictionary<string, int> Counts { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Shade Shade { get; init; }
    public required Sealed Secret { get; init; }
    public required AppRef App { get; init; }
    public string? Missing { get; init; }
    public string Computed => Names[0];
}

[Event("test.begun")]
public sealed record Begun(Principal By) : IDomainEvent;

[Event("test.leaky")]
public sealed record Leaky(ImmutableArray<Inner> Inners) : IDomainEvent;

public sealed record Inner(Sensitive<string> Password);

[Event("test.renamed", 3)]
public sealed record Renamed(string FullName, int Age) : IDomainEvent;
