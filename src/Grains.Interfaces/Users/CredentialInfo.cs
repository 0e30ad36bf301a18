using System.Collections.Immutable;

namespace Palisade.Grains.Users;

/// <summary>A credential as its owner sees it.</summary>
[GenerateSerializer, Immutable, Alias("palisade.credential-info")]
public sealed record CredentialInfo
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required DateTimeOffset Created { get; init; }

    [Id(3)]
    public required DateTimeOffset Expires { get; init; }

    [Id(4)]
    public DateTimeOffset? LastUsed { get; init; }

    [Id(5)]
    public string? LastIp { get; init; }

    [Id(6)]
    public string? LastClient { get; init; }

    [Id(7)]
    public required ImmutableArray<string> Networks { get; init; }

    /// <summary>It is the one that asks.</summary>
    [Id(8)]
    public bool Current { get; init; }
}
