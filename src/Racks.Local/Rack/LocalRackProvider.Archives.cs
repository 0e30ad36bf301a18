using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>Builds that come from another app or rack, or go there (<see cref="BuildArchive"/>).</summary>
public sealed partial class LocalRackProvider
{
    /// <summary>S08: what an archive may hold unpacked, where the disk has room for it.</summary>
    private const long MaxArchive = 20L << 30;

    public async Task<Result<BuildOutput>> ImportAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(log);
        var rack = Rack(input.App.Rack);
        if (NeedsPodman(rack) is { } unsupported)
        {
            return unsupported;
        }

        using var slot = await rack.BuildSlots.EnterAsync(cancellationToken);
        await using var watch = Watch("import", rack, cancellationToken);
        var folder = rack.Engine.Folder.File("sources", input.BuildId);
        try
        {
            RemoveFolder(folder);
            RackFolder.CreateOwnerOnly(folder);
            var read = await new BuildArchiveReader(Room(rack)).ReadAsync(input.Source, folder, watch.Token);
            if (
                !read.TryGet(out var archive, out var problem)
                || !(await ManifestAsync(archive.Head.Manifest, input, log)).TryGet(out var manifest, out problem)
            )
            {
                return Result.Fail<BuildOutput>(problem);
            }

            if (!manifest.Services.Select(s => s.Name).ToHashSet().SetEquals(archive.Images.Keys))
            {
                return BuildArchive.Damaged("its images are not those of the services in its convox.yml");
            }

            return (await LoadAsync(rack, input, archive, folder, log, watch.Token)).Map(images => new BuildOutput(
                images,
                archive.Head.Manifest,
                ""
            ));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && watch.Breach is not null)
        {
            return Result.Fail<BuildOutput>(watch.Breach);
        }
        catch (Exception e) when (EngineTrouble(e) is { } trouble)
        {
            return trouble;
        }
        finally
        {
            RemoveFolder(folder);
        }
    }

    public async Task<Result<Stream>> ExportAsync(BuildExport export, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(export);
        var rack = Rack(export.App.Rack);
        if (NeedsPodman(rack) is { } unsupported)
        {
            return unsupported;
        }

        await using var watch = Watch("export", rack, cancellationToken);
        var archive = Spool(rack);
        var whole = false;
        try
        {
            var packed = await PackAsync(rack, export, archive, watch.Token);
            archive.Position = 0;
            whole = packed.Ok;
            return packed.Map(_ => (Stream)archive);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && watch.Breach is not null)
        {
            return Result.Fail<Stream>(watch.Breach);
        }
        catch (Exception e) when (EngineTrouble(e) is { } trouble)
        {
            return trouble;
        }
        finally
        {
            if (!whole)
            {
                await archive.DisposeAsync();
            }
        }
    }

    private static async Task<Result<Done>> PackAsync(
        LocalRack rack,
        BuildExport export,
        Stream archive,
        CancellationToken cancellationToken
    )
    {
        await using var packed = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true);
        await using var tar = new TarWriter(packed, leaveOpen: true);
        await PutAsync(tar, BuildArchive.HeadName, new MemoryStream(export.Head.Write()), cancellationToken);
        foreach (var (service, image) in export.Images)
        {
            if (await rack.Engine.Client.InspectImageAsync(image, cancellationToken) is not { } found)
            {
                return new Conflict("rack.image_missing", $"image {image} is not on the rack");
            }

            if (found.Size > Room(rack))
            {
                return DiskFull();
            }

            await using var layout = Spool(rack);
            await using (var source = await rack.Engine.Client.SaveLayoutAsync(image, cancellationToken))
            {
                await source.CopyToAsync(layout, cancellationToken);
            }

            layout.Position = 0;
            await PutAsync(tar, BuildArchive.ImageName(service, export.Head.Id), layout, cancellationToken);
        }

        return Result.Done;
    }

    /// <summary>S25: like a build, it takes a while and the disk of images.</summary>
    private BuildWatch Watch(string what, LocalRack rack, CancellationToken cancellationToken) =>
        new(what, new BuildLimits(), rack.Engine.Folder.Path, time, cancellationToken);

    /// <summary>All images under the build's names, or none.</summary>
    private static async Task<Result<ImmutableSortedDictionary<string, string>>> LoadAsync(
        LocalRack rack,
        BuildInput input,
        BuildArchive archive,
        string folder,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken
    )
    {
        var images = ImmutableSortedDictionary<string, string>.Empty;
        var labels = ImmutableDictionary<string, string>.Empty.Add(ContainerLabels.AppIdKey, input.AppId);
        var whole = false;
        try
        {
            foreach (var (service, image) in archive.Images)
            {
                await log($"Importing {service}");
                var layout = new ImageLayout(image, Path.Combine(folder, service));
                var room = await layout.CheckAsync(Room(rack), DiskFull(), cancellationToken);
                if (!room.Ok)
                {
                    return Result.Fail<ImmutableSortedDictionary<string, string>>(room.Problem);
                }

                var name = $"palisade/{input.AppId}-{service}:{input.BuildId.ToLowerInvariant()}";
                images = images.Add(service, name);
                try
                {
                    await LoadAsync(rack, layout, name, labels, cancellationToken);
                }
                catch (Exception e) when (LoadFault.Of(e, service, DiskFull()) is { } fault)
                {
                    return Result.Fail<ImmutableSortedDictionary<string, string>>(fault);
                }

                if (await rack.Engine.Client.InspectImageAsync(name, cancellationToken) is null)
                {
                    return BuildArchive.Damaged($"the engine can't load the image of {service}");
                }
            }

            whole = true;
            return images;
        }
        finally
        {
            foreach (var name in whole ? [] : images.Values)
            {
                await RemoveUnusedAsync(rack, name, CancellationToken.None);
            }
        }
    }

    private static async Task LoadAsync(
        LocalRack rack,
        ImageLayout layout,
        string name,
        ImmutableDictionary<string, string> labels,
        CancellationToken cancellationToken
    )
    {
        var pipe = new Pipe();
        var writing = WriteAsync(pipe.Writer, layout, name, labels, cancellationToken);
        try
        {
            await rack.Engine.Client.LoadImageAsync(pipe.Reader.AsStream(), cancellationToken);
        }
        finally
        {
            // Its own failure says more than what the engine makes of it.
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    private static async Task WriteAsync(
        PipeWriter writer,
        ImageLayout layout,
        string name,
        ImmutableDictionary<string, string> labels,
        CancellationToken cancellationToken
    )
    {
        Exception? failure = null;
        try
        {
            await layout.WriteAsync(writer.AsStream(leaveOpen: true), name, labels, cancellationToken);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            await writer.CompleteAsync(failure);
        }
    }

    private static Task PutAsync(TarWriter tar, string name, Stream data, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = data,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            },
            cancellationToken
        );

    /// <summary>A file without a name: it goes with its stream, whatever ends first.</summary>
    private static FileStream Spool(LocalRack rack)
    {
        var folder = rack.Engine.Folder.File("sources");
        RackFolder.CreateOwnerOnly(folder);
        var path = Path.Combine(folder, Path.GetRandomFileName());
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Delete(path);
        return file;
    }

    /// <summary>
    /// What one step of the way may take: the engine unpacks into a folder of its own before it stores, and a GiB
    /// stays free.
    /// </summary>
    private static long Room(LocalRack rack) =>
        Math.Clamp((new DriveInfo(rack.Engine.Folder.Path).AvailableFreeSpace - (1L << 30)) / 3, 0, MaxArchive);

    private static Exhausted DiskFull() => new("rack.disk_full", "the rack's disk has no room for the images");

    private static Invalid? NeedsPodman(LocalRack rack) =>
        rack.Engine.Client.IsPodman
            ? null
            : new Invalid("build.archive_unsupported", "the engine of this rack gives and takes no OCI images")
            {
                Suggestion = "build from source on it",
            };
}
