using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// What a container's labels say: all that is needed to adopt it after a restart. Apps can't set labels of this prefix
/// (S18). No secret is in them.
/// </summary>
internal sealed record ContainerLabels
{
    public const string FolderKey = "palisade.folder";
    public const string AppKey = "palisade.app";
    public const string AppIdKey = "palisade.app-id";

    private const string ServiceKey = "palisade.service";
    private const string ProcessKey = "palisade.process";
    private const string ReleaseKey = "palisade.release";
    private const string SpecKey = "palisade.spec";
    private const string RolloutKey = "palisade.rollout";
    private const string PortKey = "palisade.port";
    private const string HealthKey = "palisade.health";
    private const string CommandKey = "palisade.command";
    private const string ExpiresKey = "palisade.expires";
    private const string MemoryKey = "palisade.memory";
    private const string CpuKey = "palisade.cpu";

    public required AppRef App { get; init; }
    public required string AppId { get; init; }
    public required string Service { get; init; }
    public required string ProcessId { get; init; }
    public required string Release { get; init; }
    public required string SpecHash { get; init; }
    public required string RolloutId { get; init; }
    public int? Port { get; init; }

    /// <summary>Null: healthy when it runs.</summary>
    public DesiredHealth? Health { get; init; }
    public string Scheme { get; init; } = "http";
    public string Command { get; init; } = "";

    /// <summary>MiB that it was promised.</summary>
    public long Memory { get; init; }

    /// <summary>Thousandths of a core that it was promised.</summary>
    public long Cpu { get; init; }

    public MachineShare Asks => new(Memory, Cpu);

    /// <summary>One-off processes only: ended after this time.</summary>
    public DateTimeOffset? Expires { get; init; }

    public bool OneOff => Expires is not null;

    public bool SpeaksHttp => Scheme is "http" or "https";

    public ImmutableDictionary<string, string> Write(string folderHash)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        labels[FolderKey] = folderHash;
        labels[AppKey] = App.ToString();
        labels[AppIdKey] = AppId;
        labels[ServiceKey] = Service;
        labels[ProcessKey] = ProcessId;
        labels[ReleaseKey] = Release;
        labels[SpecKey] = SpecHash;
        labels[RolloutKey] = RolloutId;
        labels[CommandKey] = Command;
        labels[MemoryKey] = Memory.ToString(CultureInfo.InvariantCulture);
        labels[CpuKey] = Cpu.ToString(CultureInfo.InvariantCulture);
        if (Port is { } port)
        {
            labels[PortKey] = $"{Scheme}:{port.ToString(CultureInfo.InvariantCulture)}";
        }

        if (Health is { } h)
        {
            labels[HealthKey] = string.Create(
                CultureInfo.InvariantCulture,
                $"{h.Interval} {h.Timeout} {h.Grace} {h.Path}"
            );
        }

        if (Expires is { } expires)
        {
            labels[ExpiresKey] = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }

        return labels.ToImmutable();
    }

    /// <summary>Null when they are not complete: then the container is not one of ours.</summary>
    public static ContainerLabels? Read(ContainerSummary container)
    {
        var labels = container.Labels;
        if (
            !AppRef.TryParse(labels.GetValueOrDefault(AppKey), out var app)
            || labels.GetValueOrDefault(AppIdKey) is not { } appId
            || labels.GetValueOrDefault(ProcessKey) is not { } process
            || labels.GetValueOrDefault(ServiceKey) is not { } service
        )
        {
            return null;
        }

        var port = labels.GetValueOrDefault(PortKey)?.Split(':');
        return new ContainerLabels
        {
            App = app,
            AppId = appId,
            Service = service,
            ProcessId = process,
            Release = labels.GetValueOrDefault(ReleaseKey, ""),
            SpecHash = labels.GetValueOrDefault(SpecKey, ""),
            RolloutId = labels.GetValueOrDefault(RolloutKey, ""),
            Command = labels.GetValueOrDefault(CommandKey, ""),
            Memory = Long(labels.GetValueOrDefault(MemoryKey, "0")),
            Cpu = Long(labels.GetValueOrDefault(CpuKey, "0")),
            Port = port is null ? null : int.Parse(port[1], CultureInfo.InvariantCulture),
            Scheme = port?[0] ?? "http",
            Health = ReadHealth(labels.GetValueOrDefault(HealthKey)),
            Expires = labels.TryGetValue(ExpiresKey, out var at) ? DateTimeOffset.FromUnixTimeSeconds(Long(at)) : null,
        };
    }

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static DesiredHealth? ReadHealth(string? text)
    {
        var words = text?.Split(' ', 4);
        return words is not { Length: 4 }
            ? null
            : new DesiredHealth(words[3], Number(words[0]), Number(words[1]), Number(words[2]));

        static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
    }
}
