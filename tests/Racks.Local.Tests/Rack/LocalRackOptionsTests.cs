using Palisade.Domain.Racks;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class LocalRackOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.True(Validate(new LocalRackOptions()).Succeeded);

    [Fact]
    public void Ceilings_are_named_as_the_operator_writes_them()
    {
        var ceilings = new LocalRackOptions
        {
            MaxBuildCpu = 2000,
            MaxBuildMemory = 4096,
            MaxBuildTimeout = 600,
            MaxDiskLimit = 50,
            MaxVolumeLimit = 60,
        }.Ceilings;

        Assert.Equal(new(50, "LocalRacks__MaxDiskLimit"), ceilings["DiskLimit"]);
        Assert.Equal(new(60, "LocalRacks__MaxVolumeLimit"), ceilings["VolumeLimit"]);
        Assert.Equal(new(2000, "LocalRacks__MaxBuildCpu"), ceilings["BuildCpu"]);
        Assert.Equal(new(4096, "LocalRacks__MaxBuildMemory"), ceilings["BuildMemory"]);
        Assert.Equal(new(600, "LocalRacks__MaxBuildTimeout"), ceilings["BuildTimeout"]);
    }

    [Fact]
    public void Every_option_that_a_ceiling_names_is_there() =>
        Assert.All(
            new LocalRackOptions().Ceilings.Values,
            ceiling => Assert.NotNull(typeof(LocalRackOptions).GetProperty(ceiling.Setting["LocalRacks__".Length..]))
        );

    [Fact]
    public void Ceilings_are_as_high_as_the_parameters_unless_they_are_set()
    {
        var ceilings = new LocalRackOptions().Ceilings;
        foreach (var name in new[] { "BuildCpu", "BuildMemory", "BuildTimeout" })
        {
            Assert.Equal(RackParameters.Local.Single(p => p.Name == name).Maximum, ceilings[name].Value);
        }
    }

    [Fact]
    public void What_no_rack_could_work_with_is_refused_by_name()
    {
        Refused(new() { MaxDiskLimit = 15 }, "LocalRacks:MaxDiskLimit is 16 to 16777216.");
        Refused(new() { MaxVolumeLimit = 16_777_217 }, "LocalRacks:MaxVolumeLimit is 16 to 16777216.");
        Refused(new() { MaxBuildCpu = 99 }, "LocalRacks:MaxBuildCpu is 100 to 64000.");
        Refused(new() { MaxBuildMemory = 127 }, "LocalRacks:MaxBuildMemory is 128 to 1048576.");
        Refused(new() { MaxBuildTimeout = 14_401 }, "LocalRacks:MaxBuildTimeout is 10 to 14400.");
        Refused(new() { MemoryOvercommit = 0 }, "LocalRacks:MemoryOvercommit is 0.01 to 100.");
        Refused(new() { CpuOvercommit = 0 }, "LocalRacks:CpuOvercommit is 0.01 to 100.");
        Refused(new() { MemoryOvercommit = double.NaN }, "LocalRacks:MemoryOvercommit is 0.01 to 100.");
        Refused(new() { BuildsAtOnce = 0 }, "LocalRacks:BuildsAtOnce is 1 to 64.");
        Refused(new() { WatchInterval = TimeSpan.Zero }, "LocalRacks:WatchInterval is 00:00:00.1 to 00:01:00.");
    }

    private static void Refused(LocalRackOptions options, string why) =>
        Assert.Equal(why, Validate(options).FailureMessage);

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(LocalRackOptions options) =>
        new LocalRackOptionsValidation().Validate(null, options);
}
