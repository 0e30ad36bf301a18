using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Palisade.Domain.Manifest;

/// <summary>
/// A published image by the distribution grammar (github.com/distribution/reference), always with its registry.
/// SECURITY (S18): <see cref="Canonical"/> names a registry, so an engine can never take it for an image id or a name
/// of its local store.
/// </summary>
/// <param name="Registry">Host and port; <c>docker.io</c> when none is written.</param>
/// <param name="Repository">Path in the registry; <c>library/</c> is put before a single name of docker.io.</param>
/// <param name="Tag"><c>latest</c> when neither tag nor digest is written; null with a digest alone.</param>
/// <param name="Digest"><c>sha256:…</c>, or null.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.image")]
public sealed partial record ImageReference(string Registry, string Repository, string? Tag, string? Digest)
{
    public const int MaxLength = 512;

    public const string Remedy = "write registry.example.com/name:tag or name:tag of a published image";

    /// <summary>The form to hand to an engine.</summary>
    public string Canonical =>
        $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    /// <summary>
    /// Reads a reference that may be pulled; <paramref name="refusal"/> says why not and never holds the text itself.
    /// </summary>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ImageReference? image,
        [NotNullWhen(false)] out string? refusal
    )
    {
        (image, refusal) = (null, "not an image reference");
        if (text is null || text.Length > MaxLength || Grammar().Match(text) is not { Success: true } match)
        {
            return false;
        }

        var name = match.Groups["name"].Value;
        var cut = name.IndexOf('/', StringComparison.Ordinal);
        var head = cut < 0 ? "" : name[..cut];
        var hasRegistry = head.AsSpan().IndexOfAny('.', ':') >= 0 || head == "localhost";
        var registry = hasRegistry ? head.ToLowerInvariant() : "docker.io";
        var repository = hasRegistry ? name[(cut + 1)..] : name;
        if (registry == "index.docker.io")
        {
            registry = "docker.io";
        }

        if (!hasRegistry && cut < 0 && (ImageId().IsMatch(name) || name == "sha256"))
        {
            refusal = "an image id of an engine's own store";
            return false;
        }

        if (IsLocal(registry) || repository.Split('/').Any(IsReserved) || IsReserved(registry.Split(':')[0]))
        {
            refusal = "an image of the rack's own store or network";
            return false;
        }

        if (!Registries().IsMatch(registry) || !Repositories().IsMatch(repository))
        {
            return false;
        }

        repository =
            registry == "docker.io" && !repository.Contains('/', StringComparison.Ordinal)
                ? "library/" + repository
                : repository;
        var digest = match.Groups["digest"] is { Success: true } d ? d.Value : null;
        var tag =
            match.Groups["tag"] is { Success: true } t ? t.Value
            : digest is null ? "latest"
            : null;
        (image, refusal) = (new(registry, repository, tag, digest), null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Canonical;

    private static bool IsLocal(string registry)
    {
        var host = registry.Split(':')[0].TrimEnd('.');
        return host == "localhost"
            || host.EndsWith(".localhost", StringComparison.Ordinal)
            || host.EndsWith(".local", StringComparison.Ordinal)
            || host.EndsWith(".internal", StringComparison.Ordinal)
            || host.Split('.')[^1].All(char.IsAsciiDigit);
    }

    private static bool IsReserved(string part) => part.StartsWith("palisade", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"\A(?<name>[A-Za-z0-9][A-Za-z0-9._:/-]*?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ECMAScript | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Grammar();

    [GeneratedRegex(
        @"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Repositories();

    [GeneratedRegex(
        @"\A(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::[0-9]{1,5})?\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Registries();

    // What engines take for (a prefix of) an image id.
    [GeneratedRegex(@"\A[0-9a-f]{7,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImageId();
}
