using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Build;
using Palisade.Racks.Local.Tests.Planning;

namespace Palisade.Racks.Local.Tests.Rack;

/// <summary>Exports and imports of a real rack.</summary>
[Trait("Needs", "root, podman")]
public sealed class RackArchivesTests : IAsyncLifetime
{
    private const string Build = "BABCDEFGHIJ";
    private const string AppId = "app-0123456789";

    private static readonly byte[] Layer = RawTar.Of(
        new PaxTarEntry(TarEntryType.RegularFile, "hello") { DataStream = new MemoryStream([1, 2, 3]) }
    );

    private static readonly BuildArchiveHead Head = new(
        Build,
        "",
        "",
        "services:\n  api:\n    build: .\n  web:\n    build: .\n"
    );

    private RackOfOne _rack = null!;

    public async Task InitializeAsync() => _rack = await RackOfOne.StartAsync();

    public async Task DisposeAsync() => await _rack.DisposeAsync();

    [Fact]
    public async Task A_whole_archive_gives_an_image_for_each_service()
    {
        var output = await ImportAsync(Image(Layer), Image(Layer));

        Assert.True(output.Ok, output.Problem?.Text);
        Assert.Equal(["api", "web"], output.Value.Images.Keys);
        Assert.Equal(Build, Assert.Single(await BuildsAsync()));
    }

    [Fact]
    public async Task A_build_that_one_rack_exports_is_imported_by_another_and_is_the_same_there()
    {
        var here = await ImportAsync(Image(Layer), Image(Layer));
        var export = new BuildExport(_rack.App, Head, here.Value.Images);
        await using var archive = (await _rack.Provider.ExportAsync(export)).Value;
        await using var other = await RackOfOne.StartAsync();

        var there = await ImportAsync(other, archive);

        Assert.True(there.Ok, there.Problem?.Text);
        Assert.Equal(here.Value.Manifest, there.Value.Manifest);
        Assert.Equal(await IdsAsync(_rack, here.Value), await IdsAsync(other, there.Value));
    }

    [Theory]
    [InlineData("no gzip", "a layer of an image is not what it says")]
    [InlineData("a link to nothing", "the engine can't load the image of web: writing blob")]
    [InlineData("a path out of it", "the engine can't load the image of web: writing blob")]
    [InlineData("a wrong configuration", "the engine can't load the image of web: parsing image configuration")]
    public async Task S08_an_archive_whose_second_image_is_damaged_leaves_nothing_of_the_first(string what, string told)
    {
        var second = what switch
        {
            "no gzip" => Image(Layer, gzip: true, packed: Layer),
            "a link to nothing" => Image(
                RawTar.Of(new PaxTarEntry(TarEntryType.HardLink, "evil") { LinkName = "nothing" })
            ),
            "a path out of it" => Image(
                RawTar.Of(new PaxTarEntry(TarEntryType.HardLink, "evil") { LinkName = "../../../etc/passwd" })
            ),
            _ => OciImage.Tarred(
                OciImage.Parts(RawTar.Packed(Layer), """{"config": {"Cmd": 5}, "rootfs": 7}"""u8.ToArray(), true)
            ),
        };

        var output = await ImportAsync(Image(Layer), second);

        Assert.Equal("build.archive", output.Problem?.Code);
        Assert.Contains(told, output.Problem!.Message, StringComparison.Ordinal);
        Assert.Empty(await BuildsAsync());
    }

    [Fact]
    public async Task S24_a_container_that_was_made_but_never_started_must_fit_on_the_rack_as_a_new_one_must()
    {
        var service = Some.Service("web", "RA") with
        {
            Image = (await ImportAsync(Image(Layer), Image(Layer))).Value.Images["web"],
            Memory = 1 << 30,
        };
        var desired = new DesiredApp
        {
            App = _rack.App,
            AppId = AppId,
            Release = "RA",
            RolloutId = "1",
            Services = [service],
        };
        var network = new EnsureNetwork
        {
            Address = AppId,
            Change = ChangeKind.Create,
            Reason = "",
        };
        Assert.True((await _rack.Provider.ApplyAsync(desired, network)).Ok);
        var made = await MadeAsync(service);
        Assert.Equal(ProcessStatus.Pending, await StatusAsync());

        var started = await _rack.Provider.ApplyAsync(
            desired,
            new StartProcess
            {
                Address = made,
                Change = ChangeKind.Update,
                Reason = "",
                Service = service,
                Existing = made,
            }
        );

        Assert.Equal("rack.too_much_memory", started.Problem?.Code);
        Assert.Equal(
            ProcessStatus.Pending,
            Assert.Single(await _rack.Provider.ProcessesAsync(_rack.App, AppId)).Status
        );
    }

    /// <summary>The id of a process whose container is there and was never started.</summary>
    private async Task<string> MadeAsync(DesiredService service)
    {
        var labels = new ContainerLabels
        {
            App = _rack.App,
            AppId = AppId,
            Service = service.Name,
            ProcessId = "web-0123456789-abcde",
            Release = service.Release,
            SpecHash = service.SpecHash,
            RolloutId = "1",
        };
        using var engine = new DockerClient(_rack.Folder.SocketPath("podman.sock"), TimeProvider.System);
        await engine.CreateAsync(
            new ContainerSpec
            {
                Name = labels.ProcessId,
                Image = service.Image,
                Network = new AppNetworks(_rack.Folder, new SubnetPool(_rack.Folder, new()), engine).NameOf(AppId),
                Labels = labels.Write(_rack.Folder.Hash),
                MemoryBytes = 64 << 20,
                MilliCpu = 0,
            },
            default
        );
        return labels.ProcessId;
    }

    private static byte[] Image(byte[] layer, bool gzip = true, byte[]? packed = null)
    {
        var config = Encoding.UTF8.GetBytes(
            $$"""
            {
              "architecture": "amd64",
              "os": "linux",
              "config": {"Cmd": ["/hello"]},
              "rootfs": {"type": "layers", "diff_ids": ["sha256:{{OciImage.Digest(layer)}}"]}
            }
            """
        );
        return OciImage.Tarred(OciImage.Parts(packed ?? RawTar.Packed(layer), config, gzip));
    }

    private async Task<ProcessStatus> StatusAsync() =>
        Assert.Single(await _rack.Provider.ProcessesAsync(_rack.App, AppId)).Status;

    private async Task<ImmutableArray<string>> BuildsAsync() =>
        (await _rack.Provider.BuildsAsync(_rack.App, AppId)).Value;

    /// <summary>Services, each with the id of its image: the digest of all that it holds.</summary>
    private static async Task<string> IdsAsync(RackOfOne rack, BuildOutput build)
    {
        using var engine = new DockerClient(rack.Folder.SocketPath("podman.sock"), TimeProvider.System);
        var ids = new List<string>();
        foreach (var (service, image) in build.Images)
        {
            ids.Add($"{service} {(await engine.InspectImageAsync(image, default))?.Id ?? "is not there"}");
        }

        return string.Join('\n', ids);
    }

    private Task<Result<BuildOutput>> ImportAsync(byte[] first, byte[] second)
    {
        var archive = RawTar.Packed(
            OciImage.Tarred([
                (BuildArchive.HeadName, Head.Write()),
                (BuildArchive.ImageName("api", Build), first),
                (BuildArchive.ImageName("web", Build), second),
            ])
        );
        return ImportAsync(_rack, new MemoryStream(archive));
    }

    private static async Task<Result<BuildOutput>> ImportAsync(RackOfOne rack, Stream archive)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await rack.Provider.ImportAsync(
            new BuildInput
            {
                App = rack.App,
                AppId = AppId,
                BuildId = Build,
                Source = archive,
                ManifestFile = "convox.yml",
                Environment = new(ImmutableSortedDictionary<string, string>.Empty),
            },
            _ => default,
            limit.Token
        );
    }
}
