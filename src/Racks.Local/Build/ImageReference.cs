using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// Names of images that an app may build on or run (S18): <c>scratch</c> and what a registry serves; never an id, another transport or a
/// name of the machine's own store.
/// </summary>
public static partial class ImageReference
{
    /// <summary>
    /// The full name (<c>node:20</c> is <c>docker.io/library/node:20</c>), which the builder can't take for a local image. Problem:
    /// <c>image.refused</c>.
    /// </summary>
    public static Result<string> Normalise(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var shown = SafeTree.Shown(name);
        if (!Reference().IsMatch(name) || Id().IsMatch(name))
        {
            return new Invalid("image.refused", $"{shown} is not the name of an image in a registry.");
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var hasRegistry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal);
        if (first is "localhost" or "palisade" || first.StartsWith("localhost:", StringComparison.Ordinal))
        {
            return new Invalid("image.refused", $"{shown} names an image of this machine's own store, which no app may use.");
        }

        return hasRegistry ? name : slash < 0 ? $"docker.io/library/{name}" : $"docker.io/{name}";
    }

    // The distribution project's grammar (reference/regexp.go), lower-case registry names only.
    [GeneratedRegex(
        @"\A(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A(?:sha256:)?[0-9a-f]{12,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
