using System.Diagnostics.CodeAnalysis;

namespace Palisade.Web.Components.Apps;

/// <summary>What a person lacks for something that a page offers (console.md 9).</summary>
/// <param name="Permission">That would do: <c>Application:Write</c>.</param>
/// <param name="Operation">That is refused.</param>
/// <param name="Resource">On what, for a person.</param>
/// <param name="Org">Whose Administrators can grant it.</param>
public sealed record MissingRight(string Permission, string Operation, string Resource, string Org)
{
    /// <summary>Address of why it is so, for who lacks it.</summary>
    public string? Why { get; init; }

    [return: NotNullIfNotNull(nameof(right))]
    public static implicit operator string?(MissingRight? right) => right?.ToString();

    /// <summary>To who lacks it.</summary>
    public override string ToString() =>
        $"You need {Permission} ({Operation}) on {Resource}. Ask an Administrator of {Org}.";

    /// <summary>From who lacks it to who can grant it.</summary>
    /// <param name="address">Of the page that offers it.</param>
    public string Request(string address) =>
        $"Please give me {Permission} ({Operation}) on {Resource} of {Org}, for {address}";
}
