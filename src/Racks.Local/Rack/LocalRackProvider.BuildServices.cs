using System.Collections.Immutable;
using System.Threading.Channels;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>The image of one service: built from source, or taken from a registry.</summary>
public sealed partial class LocalRackProvider
{
    private static async Task<Result<string>> BuildServiceAsync(
        LocalRack rack,
        BuildInput input,
        ServiceSpec service,
        string folder,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken
    )
    {
        await log($"Building {service.Name}");
        var request = new BuildRequest
        {
            BuildId = $"{input.BuildId.ToLowerInvariant()}-{service.Name}",
            SourceFolder = folder,
            Path = service.Build!.Path,
            Dockerfile = service.Build.Manifest,
            Repository = $"{input.AppId}-{service.Name}",
            Tag = input.BuildId.ToLowerInvariant(),
            CacheKey = input.AppId,
            Arguments = service.Build.Args,
            Environment = input
                .Environment.Reveal()
                .ToImmutableSortedDictionary(p => p.Key, p => new Sensitive<string>(p.Value)),
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add(ContainerLabels.AppIdKey, input.AppId),
            NoCache = input.NoCache,
            Limits = new BuildLimits
            {
                MilliCpu = rack.Parameter("BuildCpu"),
                MemoryBytes = (long)rack.Parameter("BuildMemory") << 20,
                Time = TimeSpan.FromSeconds(rack.Parameter("BuildTimeout")),
            },
        };
        var lines = Channel.CreateUnbounded<string>();
        var writing = WriteAsync(lines.Reader, log);
        var result = await rack.Builder.BuildAsync(request, line => lines.Writer.TryWrite(line), cancellationToken);
        lines.Writer.Complete();
        await writing;
        if (!result.TryGet(out var image, out var problem))
        {
            return Result.Fail<string>(problem);
        }

        foreach (var name in image.ExposedEnvironment)
        {
            await log(
                $"WARNING: the value of {name} is now part of the image's history, since the Dockerfile declares it as ARG"
            );
        }

        return image.Image;
    }

    /// <summary>
    /// An <c>image:</c> is built <c>FROM</c> it: so that pulling is held by the same firewall and guard as any build
    /// (S25).
    /// </summary>
    private static async Task<Result<string>> ImageServiceAsync(
        LocalRack rack,
        BuildInput input,
        ServiceSpec service,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken
    )
    {
        var folder = rack.Engine.Folder.File("sources", $"{input.BuildId}-{service.Name}");
        try
        {
            RackFolder.CreateOwnerOnly(folder);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "Dockerfile"),
                $"FROM {service.Image!.Canonical}\n",
                cancellationToken
            );
            var alone = service with
            {
                Build = new BuildSpec(".", "Dockerfile", ImmutableSortedDictionary<string, string>.Empty),
            };
            return await BuildServiceAsync(
                rack,
                input with
                {
                    Environment = new(ImmutableSortedDictionary<string, string>.Empty),
                },
                alone,
                folder,
                log,
                cancellationToken
            );
        }
        finally
        {
            RemoveFolder(folder);
        }
    }
}
