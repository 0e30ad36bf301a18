using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What a person wants changed of an environment.</summary>
/// <param name="Release">Whose environment was on the page; "" when the app had no release.</param>
/// <param name="Set">Lines <c>KEY=VALUE</c>, as pasted.</param>
/// <param name="Remove">Keys to remove.</param>
public sealed record EnvironmentEdit(string Release, Sensitive<string> Set, ImmutableSortedSet<string> Remove)
{
    /// <summary>
    /// Names of what would be set, as the server reads the lines: comments and empty lines count for nothing.
    /// </summary>
    public Result<EnvironmentDictionary> Given => EnvironmentText.Parse(WithoutComments(Set.Reveal()));

    /// <summary>The whole text after the change, from the one before. Problems: those of the text.</summary>
    public Result<Sensitive<string>> ApplyTo(string before)
    {
        if (
            !EnvironmentText.Parse(before).TryGet(out var old, out var problem)
            || !Given.TryGet(out var given, out problem)
        )
        {
            return Result.Fail<Sensitive<string>>(problem);
        }

        var kept = old.Where(p => !Remove.Contains(p.Key)).ToImmutableSortedDictionary(StringComparer.Ordinal);
        return EnvironmentText
            .Format(new EnvironmentDictionary(kept).Overlay(given))
            .Map(text => new Sensitive<string>(text));
    }

    private static string WithoutComments(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')));
}
