using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Racks;
using Palisade.Storage.Journal;
using Palisade.Web.Streams;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Api;

/// <summary>What surrounds exports and imports: their records, their bounds, and clients that leave.</summary>
public sealed class BuildArchivesTests : IAsyncLifetime
{
    private const string ExportPath = $"/apps/web/builds/{World.Build}.tgz";
    private const string ImportPath = "/apps/web/builds/import";

    private readonly World _world = new();

    private StreamSlots Slots => _world.Services.GetRequiredService<StreamSlots>();

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        var build = World.NewBuild(new(World.Web, World.Build)) with { AppId = World.NewApp(World.Web).Id };
        _world.Views.Put("acme", ViewKinds.Build, $"staging/web/{World.Build}", build);
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_export_is_on_record_before_it_leaves_and_so_is_how_much_of_it_the_client_took()
    {
        _world.Rack.Exported = () => new MemoryStream(new byte[100_000]);
        using var client = _world.Client();

        Assert.Equal(100_000, (await client.GetByteArrayAsync(ExportPath)).Length);

        var made = await _world.Recorder.FirstAsync(Operations.BuildExport, _ => true);
        Assert.Equal(
            (EntryResult.Ok, World.Build, "100000"),
            (made.Result, made.Details["build"], made.Details["bytes"])
        );
        var closed = await ClosedAsync();
        Assert.Equal(("done", "100000"), (closed["cause"], closed["sent"]));
    }

    [Fact]
    public async Task An_export_that_the_client_does_not_take_is_recorded_as_that()
    {
        _world.Rack.Exported = () => new Endless();
        using (var client = _world.Client())
        {
            using var answer = await client.GetAsync(ExportPath, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal("client", (await ClosedAsync())["cause"]);
    }

    [Fact]
    public async Task An_export_that_the_rack_refuses_is_recorded_as_failed_and_makes_room()
    {
        _world.Rack.Exported = () => new Conflict("rack.image_missing", "no image");
        using var client = _world.Client();

        for (var i = 0; i < 10; i++)
        {
            using var answer = await client.GetAsync(ExportPath);
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        }

        Assert.All(
            _world.Recorder.Records.Where(r => r.Operation == Operations.BuildExport),
            r =>
                Assert.Equal((EntryResult.Failed, "rack.image_missing: no image"), (r.Outcome.Result, r.Outcome.Reason))
        );
    }

    [Fact]
    public async Task S08_exports_and_imports_under_way_are_bounded_and_refused_clearly()
    {
        _world.Rack.Exported = () => new MemoryStream([1]);
        using var client = _world.Client();
        Assert.Equal("\u0001", await client.GetStringAsync(ExportPath));
        await ClosedAsync();
        var caller = _world.Recorder.Records.First().Caller;
        var held = Enumerable.Range(0, 3).Select(_ => Slots.Take(caller, StreamKind.Archive).Value).ToList();

        foreach (
            var send in (Func<Task<HttpResponseMessage>>[])[() => client.GetAsync(ExportPath), () => SendAsync(client)]
        )
        {
            using var refused = await send();
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(
                "you have 3 exports or imports of builds under way, which is the most; try again when one is done",
                (await refused.Content.ReadAsStringAsync()).Trim()
            );
        }

        held[0].Dispose();
        Assert.Equal("\u0001", await client.GetStringAsync(ExportPath));
    }

    [Theory]
    [InlineData(10, HttpStatusCode.BadRequest, "build.archive: ")]
    [InlineData(200_001, HttpStatusCode.RequestEntityTooLarge, "the archive is larger than 200000 bytes")]
    public async Task An_archive_that_is_refused_is_recorded_as_that_and_goes(
        int bytes,
        HttpStatusCode status,
        string why
    )
    {
        using var client = _world.Client();

        using var answer = await SendAsync(client, new byte[bytes]);

        Assert.Equal(status, answer.StatusCode);
        var record = await _world.Recorder.FirstAsync(Operations.BuildImport, _ => true);
        Assert.Equal(EntryResult.Failed, record.Result);
        Assert.StartsWith(why, record.Reason, StringComparison.Ordinal);
        Assert.Empty(_world.Objects.Stored);
    }

    [Fact]
    public async Task An_import_answers_as_soon_as_its_build_is_over_and_its_archive_goes()
    {
        using var client = _world.Client();
        var sent = SendAsync(client, await ArchiveAsync());
        var build = await _world.Grains.Imports.Reader.ReadAsync();
        Assert.Single(_world.Objects.Stored);

        _world.Views.Put("acme", ViewKinds.Build, $"staging/web/{build.Id}", World.NewBuild(build));
        _world.Changes.Tell($"build/{build}");

        using var answer = await sent;
        var json = await answer.Content.ReadFromJsonAsync<JsonNode>();
        Assert.Equal((build.Id, World.Release), ((string?)json?["id"], (string?)json?["release"]));
        Assert.Empty(_world.Objects.Stored);
    }

    [Fact]
    public async Task An_import_that_has_begun_keeps_its_archive_when_the_client_leaves()
    {
        using var leave = new CancellationTokenSource();
        using var client = _world.Client();
        var sent = SendAsync(client, await ArchiveAsync(), leave.Token);
        await _world.Grains.Imports.Reader.ReadAsync();

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);

        await _world.StopAsync();
        Assert.Single(_world.Objects.Stored);
    }

    private static async Task<byte[]> ArchiveAsync()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
        {
            var head = new BuildArchiveHead(World.Build, "", "", "services: {}");
            var entry = new PaxTarEntry(TarEntryType.RegularFile, BuildArchive.HeadName)
            {
                DataStream = new MemoryStream(head.Write()),
            };
            await tar.WriteEntryAsync(entry);
        }

        return packed.ToArray();
    }

    private static Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        byte[]? archive = null,
        CancellationToken cancellationToken = default
    ) => client.PostAsync(ImportPath, new ByteArrayContent(archive ?? []), cancellationToken);

    private async Task<IReadOnlyDictionary<string, string>> ClosedAsync()
    {
        var closed = await _world.Recorder.FirstAsync(Operations.StreamClose, _ => true);
        Assert.Equal("build.export", closed.Details["operation"]);
        return closed.Details;
    }

    /// <summary>Gives one of its bytes, and no more until its reader leaves.</summary>
    private sealed class Endless() : MemoryStream(new byte[100])
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (Position > 0)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Read(buffer.Span[..1]);
        }
    }
}
