using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;
using Palisade.Grains.Builds;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary>
/// Keys of an app's objects (S18): segments of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, none of them dots
/// alone. The store's key derives from the app's id, so that no key reaches another app's objects or those of a
/// predecessor of the same name.
/// </summary>
internal static partial class ObjectKey
{
    public const int MaxLength = 512;

    /// <summary>Where the client puts source archives.</summary>
    public const string Sources = "tmp/";

    /// <summary>Whether what is stored there is a source archive; without a key it becomes one.</summary>
    public static bool IsSource(string key) => key.Length == 0 || key.StartsWith(Sources, StringComparison.Ordinal);

    /// <summary>
    /// The key in the request's path as it was written, since routing folds paths. "" when there is none. Problems:
    /// <c>object.key_invalid</c>.
    /// </summary>
    public static Result<string> OfPath(HttpContext context)
    {
        var path = RawPath.Of(context);
        for (var slashes = 0; slashes < 4; slashes++)
        {
            var cut = path.IndexOf('/');
            if (cut < 0)
            {
                return "";
            }

            path = path[(cut + 1)..];
        }

        var key = FormText.Decode(path, plusIsSpace: false) ?? "?";

        // COMPAT: build agents write one slash too many.
        key = key.StartsWith('/') ? key[1..] : key;
        return key.Length == 0 || IsValid(key) ? key : Bad();
    }

    /// <summary>
    /// The key in <c>object://app/key</c> when it is this app's. Problems: <c>build.url_invalid</c>,
    /// <c>object.key_invalid</c>.
    /// </summary>
    public static Result<string> OfUrl(string url, string app)
    {
        var prefix = $"object://{app}/";
        if (!url.StartsWith(prefix, StringComparison.Ordinal))
        {
            return new Invalid("build.url_invalid", $"url must be an object of app {app}, as its upload answered")
            {
                Suggestion = "other addresses are never fetched",
            };
        }

        var key = url[prefix.Length..];
        return IsValid(key) ? key : Bad();
    }

    public static string InStore(string appId, string key) => $"{SourceSweep.Uploads}{appId}/{key}";

    private static bool IsValid(string key) => key.Length is > 0 and <= MaxLength && Pattern().IsMatch(key);

    private static Invalid Bad() =>
        new(
            "object.key_invalid",
            "an object key is segments of letters, digits, dot, dash and underscore, parted by single slashes, at most 512 characters"
        );

    [GeneratedRegex(
        @"\A(?!\.{1,2}(/|\z))[A-Za-z0-9._-]{1,255}(/(?!\.{1,2}(/|\z))[A-Za-z0-9._-]{1,255})*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
