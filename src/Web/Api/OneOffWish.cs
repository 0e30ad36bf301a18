using System.Collections.Immutable;

namespace Palisade.Web.Api;

/// <summary>A one-off process as somebody asks for it.</summary>
/// <param name="Service">Whose image, environment and size it has.</param>
/// <param name="CommandText">What is recorded of it, with values of the environment redacted.</param>
/// <param name="Command">What it runs.</param>
/// <param name="Lifetime">It is ended then at the latest.</param>
internal sealed record OneOffWish(string Service, string CommandText, ImmutableArray<string> Command, TimeSpan Lifetime)
{
    /// <summary>Null: the one that runs.</summary>
    public string? Release { get; init; }

    /// <summary>Set over the service's.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    public int? Cpu { get; init; }

    public int? Memory { get; init; }
}
