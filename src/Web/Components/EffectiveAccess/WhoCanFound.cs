using System.Collections.Immutable;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>A part of those who can, and how many there are.</summary>
public sealed record WhoCanFound
{
    public required ImmutableArray<AbleRow> Rows { get; init; }

    /// <summary>All, whatever is looked at.</summary>
    public required ImmutableArray<(AbleKind Kind, int Count)> Kinds { get; init; }

    /// <summary>The ways through roles, the rarest first.</summary>
    public required ImmutableArray<AbleWay> Ways { get; init; }

    /// <summary>How many are looked at.</summary>
    public required int Count { get; init; }

    /// <summary>How many of them come after these rows.</summary>
    public required int More { get; init; }

    /// <summary>Why nobody can, whatever they hold; null: roles decide.</summary>
    public string? Outright { get; init; }

    /// <summary>The reader may not list members, and so learns no names.</summary>
    public bool NamesHidden { get; init; }

    public int CountOf(AbleKind kind) => Kinds.FirstOrDefault(k => k.Kind == kind).Count;
}

/// <summary>The same rules, that many times.</summary>
public sealed record AbleWay(string Key, ImmutableArray<string> Path, int Count);

/// <summary>Somebody who can.</summary>
/// <param name="Path">The deciding rule of each leg.</param>
public sealed record AbleRow(AbleKind Kind, string Id, string Way, ImmutableArray<string> Path)
{
    /// <summary>Its id where the reader may not know more.</summary>
    public string Name { get; init; } = Id;

    public string Detail { get; init; } = "";

    /// <summary>Of its page; null: there is none for the reader.</summary>
    public string? Link { get; init; }

    public ImmutableArray<AccessCondition> Conditions { get; init; } = [];

    public bool IsLike(string text) =>
        Name.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Detail.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Id == text;
}
