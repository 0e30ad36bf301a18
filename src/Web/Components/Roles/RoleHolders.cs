using System.Collections.Immutable;

namespace Palisade.Web.Components.Roles;

/// <summary>Somebody or something that has a role.</summary>
/// <param name="Path">Of its page; null: it has none.</param>
/// <param name="How">On which racks, or through which groups.</param>
public sealed record RoleHolder(string Name, string? Path, string How);

/// <summary>Holders of one kind: the first of them, and how many there are.</summary>
public sealed record HolderList(ImmutableArray<RoleHolder> Shown, int Count);

/// <summary>Who has a role; null: not the reader's to see.</summary>
public sealed record RoleHolders(HolderList? People, HolderList? Groups, HolderList? Keys)
{
    /// <summary>Nobody and nothing that may have it is hidden from the reader.</summary>
    public bool AreAll { get; init; }

    public static RoleHolders Unseen { get; } = new(null, null, null);

    /// <summary>Whether anybody or anything that the reader sees has it.</summary>
    public bool Any => People is { Count: > 0 } || Groups is { Count: > 0 } || Keys is { Count: > 0 };
}
