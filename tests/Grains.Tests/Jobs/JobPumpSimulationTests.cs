using System.Collections.Concurrent;
using System.Globalization;
using Palisade.Grains.Tests.Jobs.Simulation;
using Xunit.Abstractions;

namespace Palisade.Grains.Tests.Jobs;

/// <summary>
/// Several nodes with the pump and the shells of production on one database, in a time and an order of events that a
/// seed decides: killed between any two steps, stopped, cut off, with clocks that step and answers that are lost.
/// </summary>
public sealed class JobPumpSimulationTests(ITestOutputHelper output)
{
    private const int Cases = 300;
    private const int SoakCases = 10_000;

    /// <summary>
    /// The same stories each time; <see cref="Stories_of_fresh_seeds_hold_as_well"/> looks for new ones.
    /// </summary>
    [Fact]
    public Task Nothing_acknowledged_is_lost_or_done_twice_and_no_job_is_forgotten() => HoldsAsync(1, Cases);

    /// <summary>Set PALISADE_SEED to begin with one story again.</summary>
    [Fact]
    [Trait("Category", "Soak")]
    public Task Stories_of_fresh_seeds_hold_as_well()
    {
        var given = Environment.GetEnvironmentVariable("PALISADE_SEED");
        var first = int.TryParse(given, CultureInfo.InvariantCulture, out var seed)
            ? seed
            : Random.Shared.Next(int.MaxValue - SoakCases);
        output.WriteLine($"PALISADE_SEED={first}");
        return HoldsAsync(first, SoakCases);
    }

    [Fact]
    public void The_same_seed_tells_the_same_story()
    {
        var (one, other, next) = (new Story(7), new Story(7), new Story(8));

        Assert.Equal((null, null, null), (one.Play(), other.Play(), next.Play()));

        Assert.Equal(one.Fingerprint, other.Fingerprint);
        Assert.NotEqual(one.Fingerprint, next.Fingerprint);
    }

    /// <summary>The database of the stories does what the embedded store does, call by call.</summary>
    [Fact]
    public void The_simulated_database_answers_as_the_real_one()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            ShadowedDatabase? database = null;
            try
            {
                var story = new Story(
                    seed,
                    (world, clock, events) => database = new(world, clock, events),
                    claimsAreSure: true
                );

                var broken = story.Play();
                broken = database!.Difference ?? broken;
                Assert.True(broken is null, $"PALISADE_SEED={seed}: {broken}");
                Assert.True(database.Compared > 100, "too little was compared");
            }
            finally
            {
                database?.Dispose();
            }
        }
    }

    /// <summary>What the simulation is worth: each of these is found, most in a few stories.</summary>
    [Theory]
    [InlineData("appends without compare-and-swap", "numbers are not|is missing|has not ended once")]
    [InlineData("reports without fences", "stale")]
    [InlineData("leases that are not renewed", "forgotten|stale")]
    [InlineData("leases that never end", "forgotten")]
    [InlineData("claims whose answer was lost stay lost", "forgotten")]
    [InlineData("jobs that are lost with a second append", "no job|has not ended")]
    [InlineData("keys that are forgotten", "acknowledged")]
    [InlineData("ends that are told and not stored", "forgotten")]
    public async Task A_broken_database_is_caught(string fault, string expected)
    {
        var broken = await BrokenAsync(1, Cases, BrokenDatabases.Of(fault), static _ => { });

        Assert.True(broken is not null, "nothing was noticed");
        Assert.True(expected.Split('|').Any(e => broken.Contains(e, StringComparison.Ordinal)), broken);
    }

    private static async Task HoldsAsync(int first, int cases)
    {
        var (kills, repeats) = (0, 0);
        var broken = await BrokenAsync(
            first,
            cases,
            null,
            story =>
            {
                Interlocked.Add(ref kills, story.Kills);
                Interlocked.Add(ref repeats, story.Repeats);
            }
        );

        Assert.True(broken is null, broken);
        Assert.True(kills > cases && repeats > cases, $"{kills} kills, {repeats} repeats: the stories are too tame");
    }

    /// <summary>
    /// The first story that breaks. Pure computing has threads of its own: on the pool's it would keep the sockets and
    /// timers of the tests beside this one waiting.
    /// </summary>
    private static async Task<string?> BrokenAsync(int first, int cases, Databases? databases, Action<Story> played)
    {
        var broken = new ConcurrentDictionary<int, string>();
        var next = -1;
        var threads = Enumerable
            .Range(0, Environment.ProcessorCount)
            .Select(_ => Task.Factory.StartNew(Play, default, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(threads);

        // Every story before it was played to its end: the same one whatever thread was faster.
        return broken.OrderBy(story => story.Key).FirstOrDefault().Value;

        void Play()
        {
            while (broken.IsEmpty && Interlocked.Increment(ref next) is var mine && mine < cases)
            {
                var story = new Story(first + mine, databases);
                if (story.Play() is { } wrong)
                {
                    broken[mine] = $"PALISADE_SEED={first + mine}: {wrong}";
                }

                played(story);
            }
        }
    }
}
