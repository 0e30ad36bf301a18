using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class LocalRackOptionsTests
{
    [Fact]
    public void Defaults_are_valid() => Assert.True(Validate(new LocalRackOptions()).Succeeded);

    [Fact]
    public void Ceilings_are_named_as_the_operator_writes_them()
    {
        var ceilings = new LocalRackOptions { MaxDiskLimit = 50, MaxVolumeLimit = 60 }.Ceilings;

        Assert.Equal(new(50, "LocalRacks__MaxDiskLimit"), ceilings["DiskLimit"]);
        Assert.Equal(new(60, "LocalRacks__MaxVolumeLimit"), ceilings["VolumeLimit"]);
    }

    [Fact]
    public void What_no_rack_could_work_with_is_refused_by_name()
    {
        Refused(new() { MaxDiskLimit = 15 }, "LocalRacks:MaxDiskLimit is 16 to 16777216.");
        Refused(new() { MaxVolumeLimit = 16_777_217 }, "LocalRacks:MaxVolumeLimit is 16 to 16777216.");
        Refused(new() { BuildsAtOnce = 0 }, "LocalRacks:BuildsAtOnce is 1 to 64.");
        Refused(new() { WatchInterval = TimeSpan.Zero }, "LocalRacks:WatchInterval is 00:00:00.1 to 00:01:00.");
    }

    private static void Refused(LocalRackOptions options, string why) =>
        Assert.Equal(why, Validate(options).FailureMessage);

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(LocalRackOptions options) =>
        new LocalRackOptionsValidation().Validate(null, options);
}
