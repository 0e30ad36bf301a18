using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>
/// A build on its way from one app or rack to another (convox-wire.md 5.9): a gzip tar with <c>build.json</c> first,
/// then an OCI archive of each service's image.
/// </summary>
/// <param name="Head">What the build says of itself.</param>
/// <param name="Images">By service.</param>
public sealed record BuildArchive(BuildArchiveHead Head, ImmutableSortedDictionary<string, BuildArchiveImage> Images)
{
    /// <summary>Name of the first entry.</summary>
    public const string HeadName = "build.json";

    public static string ImageName(string service, string build) => $"{service}.{build}.tar";

    public static Invalid Damaged(string what) =>
        new("build.archive", $"the archive is not a whole exported build: {what}")
        {
            Suggestion = "export it again: convox builds export",
        };
}

/// <param name="Manifest">Text of convox.yml.</param>
public sealed record BuildArchiveHead(string Id, string Description, string GitSha, string Manifest)
{
    public byte[] Write() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["id"] = Id,
                ["description"] = Description,
                ["git-sha"] = GitSha,
                ["manifest"] = Manifest,
                ["status"] = "complete",
            }
        );

    /// <summary>Problems: <c>build.archive</c>.</summary>
    public static Result<BuildArchiveHead> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            if (ArchiveJson.Parse(json) is { } head && Ids.IsBuild(Text(head, "id")))
            {
                return new BuildArchiveHead(
                    Text(head, "id"),
                    Text(head, "description"),
                    Text(head, "git-sha"),
                    Text(head, "manifest")
                );
            }
        }
        catch (Exception e)
            when (ArchiveFault.Of(e, BuildArchive.Damaged($"its {BuildArchive.HeadName} can't be read")) is { } problem)
        {
            return Result.Fail<BuildArchiveHead>(problem);
        }

        return BuildArchive.Damaged($"its {BuildArchive.HeadName} names no build");
    }

    private static string Text(JsonObject json, string name) => json[name]?.GetValue<string>() ?? "";
}

/// <summary>An image in an archive: what its index leads to.</summary>
/// <param name="Manifest">The OCI image manifest.</param>
/// <param name="Config">The image's configuration.</param>
/// <param name="Layers">Digests, from the lowest up, each with whether it is compressed.</param>
public sealed record BuildArchiveImage(
    ReadOnlyMemory<byte> Manifest,
    ReadOnlyMemory<byte> Config,
    ImmutableArray<(string Digest, bool Compressed)> Layers
);
