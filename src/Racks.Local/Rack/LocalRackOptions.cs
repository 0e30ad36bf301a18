using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Palisade.Domain.Racks;

namespace Palisade.Racks.Local.Rack;

/// <summary>Local racks of this installation.</summary>
public sealed class LocalRackOptions
{
    public const string SectionName = "LocalRacks";

    /// <summary>Folder below which each rack has its own; required.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Where the router answers plain HTTP on 127.0.0.1. Default 8080.</summary>
    public int RouterPort { get; set; } = 8080;

    /// <summary>
    /// Where the router answers TLS on 127.0.0.1, with a certificate of the rack's own CA. Default 0: nowhere.
    /// </summary>
    public int RouterTlsPort { get; set; }

    /// <summary>
    /// A user's own Docker or podman socket, used as it is. Default: none; each rack has a private podman.
    /// </summary>
    public string? EngineSocket { get; set; }

    /// <summary>How often containers are looked at. Default 500 ms.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>S08: builds of one rack at the same time. Default 2.</summary>
    public int BuildsAtOnce { get; set; } = 2;

    /// <summary>
    /// S24: the most that the parameter DiskLimit of any rack may be, in MiB, 16 to 16,777,216. Default 102,400.
    /// </summary>
    public int MaxDiskLimit { get; set; } = 102_400;

    /// <summary>
    /// S24: the most that the parameter VolumeLimit of any rack may be, in MiB, 16 to 16,777,216. Default 1,048,576.
    /// </summary>
    public int MaxVolumeLimit { get; set; } = 1_048_576;

    /// <summary>The most that the parameter BuildCpu of any rack may be, in milli-cores. Default 64,000.</summary>
    public int MaxBuildCpu { get; set; } = 64_000;

    /// <summary>The most that the parameter BuildMemory of any rack may be, in MiB. Default 1,048,576.</summary>
    public int MaxBuildMemory { get; set; } = 1_048_576;

    /// <summary>The most that the parameter BuildTimeout of any rack may be, in seconds. Default 14,400.</summary>
    public int MaxBuildTimeout { get; set; } = 14_400;

    /// <summary>
    /// How much memory processes of all racks may be promised together, as a multiple of what the machine has: 0.01 to
    /// 100. Default 1.
    /// </summary>
    public double MemoryOvercommit { get; set; } = 1;

    /// <summary>
    /// How much cpu apps of all racks may ask for together, as a multiple of what the machine has: 0.01 to 100. Default
    /// 4.
    /// </summary>
    public double CpuOvercommit { get; set; } = 4;

    /// <summary>
    /// How long pulled images and layers of builds are kept that nothing needs any more: the next build may begin with
    /// them, and is then faster. Zero to a year. Default 7 days; none when less than a tenth of the disk is free.
    /// </summary>
    public TimeSpan KeepUnusedImages { get; set; } = TimeSpan.FromDays(7);

    /// <summary>By the rack's parameter, which the option is named after.</summary>
    public ImmutableDictionary<string, ParameterCeiling> Ceilings =>
        ImmutableDictionary.CreateRange(
            new[]
            {
                ("BuildCpu", MaxBuildCpu),
                ("BuildMemory", MaxBuildMemory),
                ("BuildTimeout", MaxBuildTimeout),
                ("DiskLimit", MaxDiskLimit),
                ("VolumeLimit", MaxVolumeLimit),
            }.Select(c => KeyValuePair.Create(c.Item1, new ParameterCeiling(c.Item2, $"{SectionName}__Max{c.Item1}")))
        );
}

/// <summary>Refuses bounds that no rack could work with.</summary>
public sealed class LocalRackOptionsValidation : IValidateOptions<LocalRackOptions>
{
    public ValidateOptionsResult Validate(string? name, LocalRackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options switch
        {
            { WatchInterval: var interval }
                when interval < TimeSpan.FromMilliseconds(100) || interval > TimeSpan.FromMinutes(1) => Fail(
                "WatchInterval is 00:00:00.1 to 00:01:00"
            ),
            { BuildsAtOnce: < 1 or > 64 } => Fail("BuildsAtOnce is 1 to 64"),
            { MaxDiskLimit: < 16 or > 16_777_216 } => Fail("MaxDiskLimit is 16 to 16777216"),
            { MaxBuildCpu: < 100 or > 64_000 } => Fail("MaxBuildCpu is 100 to 64000"),
            { MaxBuildMemory: < 128 or > 1_048_576 } => Fail("MaxBuildMemory is 128 to 1048576"),
            { MaxBuildTimeout: < 10 or > 14_400 } => Fail("MaxBuildTimeout is 10 to 14400"),
            { MemoryOvercommit: not (>= 0.01 and <= 100) } => Fail("MemoryOvercommit is 0.01 to 100"),
            { CpuOvercommit: not (>= 0.01 and <= 100) } => Fail("CpuOvercommit is 0.01 to 100"),
            { KeepUnusedImages: var keep } when keep < TimeSpan.Zero || keep > TimeSpan.FromDays(365) => Fail(
                "KeepUnusedImages is 00:00:00 to 365.00:00:00"
            ),
            { MaxVolumeLimit: < 16 or > 16_777_216 } => Fail("MaxVolumeLimit is 16 to 16777216"),
            _ => ValidateOptionsResult.Success,
        };

        static ValidateOptionsResult Fail(string fault) =>
            ValidateOptionsResult.Fail($"{LocalRackOptions.SectionName}:{fault}.");
    }
}
