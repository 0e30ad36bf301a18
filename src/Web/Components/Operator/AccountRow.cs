using System.Collections.Immutable;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Operator;

/// <summary>An account as the operator sees it.</summary>
internal sealed record AccountRow(UserRow Account, Person? Person)
{
    public string Id => Account.Id;

    /// <summary>Its id, where it has none any more.</summary>
    public string Name => Person is { Name.Length: > 0 } named ? named.Name : Id;

    public string Email => Person?.Email ?? "";

    public ImmutableArray<string> Orgs { get; } = [.. Person?.State.Orgs ?? []];

    public (Tone Tone, string Text) Condition =>
        Account.Erased is not null ? (Tone.None, "Erased")
        : Account.Disabled is not null ? (Tone.Bad, "Disabled")
        : (Tone.Good, "Works");

    public bool IsLike(string search) =>
        Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || Email.Contains(search, StringComparison.OrdinalIgnoreCase)
        || Id == search;
}
