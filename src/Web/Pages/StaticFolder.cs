using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Palisade.Web.Pages;

/// <summary>
/// The files below <c>/static</c>. A link with the file's version may be kept for ever; one without is asked for again.
/// </summary>
internal sealed class StaticFolder(IWebHostEnvironment environment)
{
    public const string Prefix = "/static";

    private const int VersionLength = 12;

    private readonly ConcurrentDictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>Address of a file, with a version made of its content.</summary>
    public string Link(string name) => $"{Prefix}/{name}?v={_versions.GetOrAdd(name, Version)}";

    public static StaticFileOptions Options { get; } =
        new()
        {
            OnPrepareResponse = static prepared =>
            {
                var request = prepared.Context.Request;
                prepared.Context.Response.Headers.CacheControl = request.Query.ContainsKey("v")
                    ? "public, max-age=31536000, immutable"
                    : "no-cache";
            },
        };

    private string Version(string name)
    {
        var file = environment.WebRootFileProvider.GetFileInfo($"static/{name}");
        using var content = file.CreateReadStream();
        return Convert.ToHexStringLower(SHA256.HashData(content))[..VersionLength];
    }
}
