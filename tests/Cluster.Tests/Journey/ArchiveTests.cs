using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary><c>builds export</c> and <c>builds import</c> with real images.</summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class ArchiveTests(JourneyServer host)
{
    private const string App = "exporter";

    [Fact]
    public async Task An_exported_build_is_imported_into_another_app_and_serves_there_when_promoted()
    {
        var archive = await ExportedAsync();
        Assert.Equal("build.json", (await NamesAsync(archive))[0]);
        await host.Client.AppsCreateAsync("importer");

        var answer = (await ImportAsync("importer", archive)).OrThrow();

        var build = JsonNode.Parse(answer.Body)!;
        var (id, release) = ((string)build["id"]!, (string)build["release"]!);
        Assert.Equal("complete", (string?)build["status"]);
        Assert.NotEqual((await host.DeployedAsync(App)).BuildId, id);
        await host.Client.PromoteAsync("importer", release);
        var page = await host.GetAsync(host.HostOf("importer"));
        Assert.Equal(200, page.Status);
        // The image is the importer's: it goes with that app alone.
        (await host.Client.CallAsync(new("DELETE", "/apps/importer"))).OrThrow();
        Assert.Equal(200, (await host.GetAsync(host.HostOf(App))).Status);
        Assert.NotEmpty(await ExportedAsync());
    }

    [Fact]
    public async Task An_archive_that_is_damaged_or_something_else_is_refused_and_leaves_nothing()
    {
        var archive = await ExportedAsync();
        await host.Client.AppsCreateAsync("refuser");
        var changed = archive.ToArray();
        changed[archive.Length / 2] ^= 0x55;

        foreach (
            var (what, bytes) in new[]
            {
                ("cut off", archive[..(archive.Length * 2 / 3)]),
                ("changed", changed),
                ("no archive", "hello"u8.ToArray()),
                ("nothing", []),
                ("a source", await PackedAsync("convox.yml", "services: {}")),
            }
        )
        {
            var refused = await ImportAsync("refuser", bytes);
            Assert.True(refused.Status == 400, $"{what}: {refused.Status} {Encoding.UTF8.GetString(refused.Body)}");
            Assert.Contains(
                "the archive is not a whole exported build",
                Encoding.UTF8.GetString(refused.Body),
                StringComparison.Ordinal
            );
        }

        foreach (var list in (string[])["builds", "releases", "objects"])
        {
            var left = (await host.Client.CallAsync(new("GET", $"/apps/refuser/{list}"))).OrThrow();
            Assert.Empty(JsonNode.Parse(left.Body)!.AsArray());
        }
    }

    [Fact]
    public async Task What_is_no_complete_build_is_not_exported()
    {
        await host.DeployedAsync(App);

        foreach (var id in (string[])["BAAAAAAAAAA", "nothing", ".."])
        {
            Assert.Equal(404, (await host.Client.CallAsync(new("GET", $"/apps/{App}/builds/{id}.tgz"))).Status);
        }
    }

    private async Task<byte[]> ExportedAsync()
    {
        var build = (await host.DeployedAsync(App)).BuildId;
        return (await host.Client.CallAsync(new("GET", $"/apps/{App}/builds/{build}.tgz"))).OrThrow().Body;
    }

    private Task<WireResponse> ImportAsync(string app, byte[] archive) =>
        host.Client.CallAsync(new("POST", $"/apps/{app}/builds/import") { Body = archive, Chunked = true });

    private static async Task<List<string>> NamesAsync(byte[] archive)
    {
        await using var plain = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        await using var tar = new TarReader(plain);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private static async Task<byte[]> PackedAsync(string name, string text)
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
        {
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                }
            );
        }

        return packed.ToArray();
    }
}
