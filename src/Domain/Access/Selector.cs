using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// Which names a policy is about. On applications a name or pattern without <c>/</c> is the app's on any rack, one with
/// <c>/</c> is <c>rack/app</c>; no pattern crosses <c>/</c>. Valid ones come from <see cref="SelectorRules.Check"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.access.selector")]
public sealed record Selector
{
    /// <summary>Most names of a list.</summary>
    public const int MaxNames = 200;

    /// <summary>Longest pattern, in characters (access-model.md).</summary>
    public const int MaxPattern = 512;

    [Id(0)]
    public required SelectorKind Kind { get; init; }

    /// <summary>One name for <c>Name</c>, up to <see cref="MaxNames"/> for <c>List</c>, else empty.</summary>
    [Id(1)]
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>The whole-name pattern of <c>Regex</c>.</summary>
    [Id(2)]
    public string? Pattern { get; init; }

    public static Selector AllowAll { get; } = new() { Kind = SelectorKind.AllowAll };

    public static Selector DenyAll { get; } = new() { Kind = SelectorKind.DenyAll };

    public static Selector Name(string name) => new() { Kind = SelectorKind.Name, Names = [name] };

    public static Selector List(params ReadOnlySpan<string> names) =>
        new() { Kind = SelectorKind.List, Names = [.. names] };

    public static Selector Regex(string pattern) => new() { Kind = SelectorKind.Regex, Pattern = pattern };

    public bool Equals(Selector? other) =>
        other is not null && Kind == other.Kind && Pattern == other.Pattern && Listed.SequenceEqual(other.Listed);

    public override int GetHashCode() => HashCode.Combine(Kind, Pattern, Listed.Length);

    public override string ToString() =>
        Kind switch
        {
            SelectorKind.Name or SelectorKind.List => string.Join(", ", Listed),
            SelectorKind.Regex => $"/{Pattern}/",
            SelectorKind.AllowAll => "all",
            _ => "deny",
        };

    // A stored selector without names deserializes to a default array.
    internal ImmutableArray<string> Listed => Names.IsDefault ? [] : Names;
}
