using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Releases;

/// <summary>
/// Which variables a release changed, by name; row of view <c>env-change</c>, keyed as the environment that it brought.
/// It outlives both, so that who set a variable is known as long as it is set.
/// </summary>
public sealed record EnvironmentChange(int Version, string Release, DateTimeOffset At, Principal By)
{
    /// <summary>Newest ones of an app that are kept (S08).</summary>
    public const int MaxKept = 10_000;

    /// <summary>Name to <c>add</c>, <c>change</c> or <c>remove</c>.</summary>
    public ImmutableSortedDictionary<string, string> Keys { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
