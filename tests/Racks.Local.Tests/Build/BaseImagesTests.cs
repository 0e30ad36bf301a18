using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Build;

public sealed class BaseImagesTests : IDisposable
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private readonly RackFolder _folder = new(Directory.CreateTempSubdirectory("plb-").FullName);
    private readonly SetTime _time = new();

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void One_is_idle_a_while_after_a_build_began_with_it_also_after_a_restart()
    {
        Bases().Take(["a", "b"]);
        _time.Now += TimeSpan.FromDays(4);
        Bases().Take(["b"]);
        _time.Now += TimeSpan.FromDays(3);

        Assert.Equal(["a"], Bases().Idle(["a", "b"], Week).ToArray());
        Assert.Equal(["a", "b"], Bases().Idle(["a", "b"], TimeSpan.FromDays(3)).ToArray());
    }

    [Theory]
    [InlineData("docker.io/library/a:1@sha256:00", "docker.io/library/a@sha256:00")]
    [InlineData("registry:5000/a@sha256:00", "registry:5000/a@sha256:00")]
    [InlineData("registry:5000/a:1", "registry:5000/a:1")]
    public void One_that_is_named_by_digest_is_known_by_it(string taken, string known)
    {
        Assert.Empty(Bases().Idle([known], Week));
        _time.Now += Week;
        Bases().Take([taken]);

        Assert.Empty(Bases().Idle([known], Week));
    }

    [Fact]
    public void One_that_is_not_known_counts_as_taken_now_and_one_that_went_and_came_again_too()
    {
        Assert.Empty(Bases().Idle(["a"], Week));
        _time.Now += Week;
        Assert.Empty(Bases().Idle([], Week));

        Assert.Empty(Bases().Idle(["a"], Week));
        _time.Now += Week;
        Assert.Equal(["a"], Bases().Idle(["a"], Week).ToArray());
    }

    [Fact]
    public void A_file_that_was_cut_short_makes_all_of_them_taken_now()
    {
        Bases().Take(["a"]);
        _time.Now += Week;
        File.WriteAllText(_folder.File("bases.json"), "{\"a\":");

        Assert.Empty(Bases().Idle(["a"], Week));
        _time.Now += Week;
        Assert.Equal(["a"], Bases().Idle(["a"], Week).ToArray());
    }

    [Theory]
    [InlineData(100, 7)]
    [InlineData(99, 0)]
    public void Nothing_is_kept_when_less_than_a_tenth_of_the_disk_is_free(long free, int days) =>
        Assert.Equal(TimeSpan.FromDays(days), BaseSweep.Keep(free, total: 1000, Week));

    /// <summary>As after a restart: nothing but the file is remembered.</summary>
    private BaseImages Bases() => new(_folder, _time);

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
