using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest.Reading;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest;

/// <summary>
/// Loads a <c>convox.yml</c> (convox-wire.md 6.1): interpolate, parse, defaults, environments, labels, validate.
/// SECURITY (S22): takes the text as written and the environment apart; no problem or warning ever shows an
/// interpolated value. Never throws for any text.
/// </summary>
public static class ManifestParser
{
    /// <summary>
    /// The manifest; <c>env.missing_required</c> when only required variables are missing; <c>manifest.invalid</c> with
    /// a line for every problem otherwise.
    /// </summary>
    /// <param name="text">The manifest as written, at most <see cref="ManifestLimits.TextBytes"/>.</param>
    /// <param name="environment">
    /// Values for interpolation and required variables: at build time the newest release's with the build arguments
    /// over them, at promote the release's.
    /// </param>
    public static Result<AppManifest> Parse(string text, IReadOnlyDictionary<string, string> environment) =>
        ParseAll(text, environment).ToResult();

    /// <summary>The manifest or everything that is wrong with it.</summary>
    /// <param name="text">The manifest as written.</param>
    /// <param name="environment">Values for interpolation and required variables.</param>
    /// <param name="requireEnvironment">False to read a manifest for display, where a missing variable does not
    /// matter.</param>
    public static ManifestReport ParseAll(
        string text,
        IReadOnlyDictionary<string, string> environment,
        bool requireEnvironment = true
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(environment);
        var reading = new ManifestReading();
        var manifest = Read(text, environment, reading);
        var missing =
            manifest is null || !requireEnvironment
                ? []
                : manifest.Services.SelectMany(s => s.Environment).MissingFrom(environment);
        return new()
        {
            Manifest =
                reading.HasProblems || !missing.IsEmpty
                    ? null
                    : manifest! with
                    {
                        Places = reading.Places,
                        Warnings = reading.Warnings,
                        NewerKeys = reading.NewerKeys,
                    },
            Problems = reading.Problems,
            Warnings = reading.Warnings,
            MissingEnvironment = missing,
        };
    }

    private static AppManifest? Read(
        string text,
        IReadOnlyDictionary<string, string> environment,
        ManifestReading reading
    )
    {
        if (text.Length > ManifestLimits.TextBytes || Encoding.UTF8.GetByteCount(text) > ManifestLimits.TextBytes)
        {
            reading.Problem(
                new(1, 1),
                "",
                $"the manifest is larger than {ManifestLimits.TextBytes / 1024} KiB",
                "shorten it"
            );
            return null;
        }

        var raw = text.TrimStart('\ufeff').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (raw.AsSpan().IndexOfAnyExcept(Safe) is >= 0 and var odd && FindUnsafe(raw, odd) is { } at)
        {
            reading.Problem(new SourceText(raw, raw, []).RawPlace(at), "", "a control character", "remove it");
            return null;
        }

        var source = Interpolation.Run(raw, environment, reading);
        if (source.Text.Length > ManifestLimits.InterpolatedChars)
        {
            reading.Problem(
                new(1, 1),
                "",
                $"interpolated values make it longer than {ManifestLimits.InterpolatedChars} characters",
                "interpolate less"
            );
            return null;
        }

        return YamlReader.Read(source, reading) switch
        {
            null => null,
            YamlMap map => RootReader.Read(new(reading, source, "", map)),
            YamlScalar { IsNull: true } => Refuse(reading, "the manifest is empty"),
            _ => Refuse(reading, "not a map at top level"),
        };
    }

    // Printable ASCII and the two breaks, which is nearly every manifest: the slow look is for the rest.
    private static readonly System.Buffers.SearchValues<char> Safe = System.Buffers.SearchValues.Create(
        "\t\n" + new string([.. Enumerable.Range(' ', 95).Select(c => (char)c)])
    );

    private static int? FindUnsafe(string raw, int from)
    {
        for (var i = from; i < raw.Length; i++)
        {
            if (raw[i] != '\n' && Interpolation.IsUnsafe(raw[i]))
            {
                return i;
            }
        }

        return null;
    }

    private static AppManifest? Refuse(ManifestReading reading, string message)
    {
        reading.Problem(new(1, 1), "", message, "start with services: and the first service below it");
        return null;
    }
}
