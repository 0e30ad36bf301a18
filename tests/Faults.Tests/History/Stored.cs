using System.Collections.Immutable;

namespace Palisade.Faults.Tests.History;

/// <summary>What the database holds when all is quiet again.</summary>
internal sealed record Stored
{
    /// <summary>The marks of each register, in the order of the journal.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Registers { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    public ImmutableArray<StoredStream> Streams { get; init; } = [];

    public ImmutableArray<StoredJob> Jobs { get; init; } = [];

    public ImmutableArray<StoredApp> Apps { get; init; } = [];
}

/// <param name="Entries">How many there are.</param>
/// <param name="Sealed">How many of them have their place in a log.</param>
internal sealed record StoredStream(string Id, long Entries, long First, long Last, long Head, long Sealed);

/// <param name="Standing">It never ends by itself.</param>
internal sealed record StoredJob(string Id, string Status, bool Standing);

/// <summary>How often each effect of a job about an app is in the journal.</summary>
internal sealed record StoredApp(string Name, int Created, int Ready, int DeletionsAsked, int Deleted);
