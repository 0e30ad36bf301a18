using System.Collections.Immutable;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class DiskLimitsTests
{
    private const long Mebibyte = 1 << 20;
    private static readonly DiskLimits Limits = new(LayerMebibytes: 64, VolumeMebibytes: 64);

    [Fact]
    public void S24_a_process_that_wrote_more_than_it_may_is_stopped()
    {
        Assert.Null(Limits.OfLayer(64 * Mebibyte));
        Assert.Equal(
            "it has written 65 MiB outside of its volumes, more than the 64 MiB that a process may (rack parameter DiskLimit)",
            Limits.OfLayer(65 * Mebibyte)
        );
    }

    [Theory]
    [InlineData(64, 60, false)]
    [InlineData(70, null, false)]
    [InlineData(70, 70, false)]
    [InlineData(70, 90, false)]
    [InlineData(70, 60, true)]
    [InlineData(70, 69, true)]
    public void S24_full_volumes_stop_who_mounts_them_while_they_grow(int held, int? before, bool stopped)
    {
        var reason = Limits.OfVolumes("shop", held * Mebibyte, before * Mebibyte);

        Assert.Equal(
            stopped
                ? "the volumes of shop hold 70 MiB, more than the 64 MiB that they may (rack parameter VolumeLimit), and grow"
                : null,
            reason
        );
    }

    [Theory]
    [InlineData(64, 64 + 1024)]
    [InlineData(51_200, 64_000)]
    public void S24_volumes_far_beyond_their_limit_stop_who_mounts_them_also_when_they_do_not_grow(int limit, int most)
    {
        var limits = Limits with { VolumeMebibytes = limit };

        Assert.Null(limits.OfVolumes("shop", most * Mebibyte, most * Mebibyte));
        Assert.Contains(
            "nothing that mounts them may run until it is raised",
            limits.OfVolumes("shop", (most * Mebibyte) + 1, most * Mebibyte),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void S24_volumes_that_cannot_be_counted_stop_who_mounts_them_each_time() =>
        Assert.Contains(
            "the volumes of shop hold more files than can be counted",
            Limits.OfVolumes("shop", DiskLimits.Uncountable, DiskLimits.Uncountable),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void S24_whose_limit_it_is_and_who_can_raise_it_are_said(int ceiling, bool rackMay)
    {
        var limits = Limits with
        {
            Ceilings = ImmutableDictionary<string, ParameterCeiling>
                .Empty.Add("DiskLimit", new(ceiling, "LocalRacks__MaxDiskLimit"))
                .Add("VolumeLimit", new(ceiling, "LocalRacks__MaxVolumeLimit")),
        };

        var refused = limits.Refused("shop", 2000 * Mebibyte)!;

        Assert.Equal("rack.volumes_full", refused.Code);
        Assert.Equal(!rackMay, refused.Message.Contains("operator of this installation", StringComparison.Ordinal));
        Assert.StartsWith(
            rackMay
                ? "raise VolumeLimit with convox rack params set, delete files of theirs"
                : "ask the operator of this installation, who lets no rack have more, to raise LocalRacks__MaxVolumeLimit; then",
            refused.Suggestion,
            StringComparison.Ordinal
        );
        Assert.Equal(
            !rackMay,
            limits.OfLayer(65 * Mebibyte)!.Contains("LocalRacks__MaxDiskLimit", StringComparison.Ordinal)
        );
        Assert.Null(limits.Refused("shop", 64 * Mebibyte));
    }
}
