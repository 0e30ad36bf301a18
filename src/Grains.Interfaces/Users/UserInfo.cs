using System.Collections.Immutable;

namespace Palisade.Grains.Users;

[GenerateSerializer, Immutable, Alias("palisade.user-info")]
public sealed record UserInfo
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string Email { get; init; }

    [Id(2)]
    public required string Name { get; init; }

    [Id(3)]
    public required bool MustChangePassword { get; init; }

    /// <summary>When the second factor was set up; none without one.</summary>
    [Id(4)]
    public DateTimeOffset? SecondFactorSince { get; init; }

    [Id(5)]
    public int RecoveryCodesLeft { get; init; }

    [Id(6)]
    public required ImmutableArray<string> Organizations { get; init; }
}
