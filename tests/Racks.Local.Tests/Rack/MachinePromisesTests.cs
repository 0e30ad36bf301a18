using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Planning;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class MachinePromisesTests
{
    private readonly List<SeenContainer> _seen = [];
    private readonly MachinePromises _promises = new(new MachineShare(Memory: 1000, Cpu: 2000));

    public MachinePromisesTests() => _promises.Count(() => _seen);

    [Fact]
    public void A_process_has_its_promises_from_its_start_until_it_has_ended()
    {
        Assert.Null(_promises.Take(Of("a", 600)));
        Assert.Equal(400, _promises.FreeMemory);
        _seen.Add(Seen("a", 600));
        Assert.Equal(400, _promises.FreeMemory);
        _promises.Started("a");
        Assert.Equal(400, _promises.FreeMemory);

        var refused = _promises.Take(Of("b", 401));

        Assert.Equal(StepProblem.NoMemory, refused?.Code);
        Assert.StartsWith(
            "a process of 401 MiB of memory has no room now: 400 of 1000 MiB are free",
            refused!.Text,
            StringComparison.Ordinal
        );
        Assert.Null(_promises.Take(Of("b", 400)));
        _promises.Started("b");
        _seen[0] = _seen[0] with { State = ProcessPhase.Exited };
        Assert.Equal(1000, _promises.FreeMemory);
    }

    [Fact]
    public void One_that_was_made_before_takes_no_second_share()
    {
        _seen.Add(Seen("a", 600) with { State = ProcessPhase.Created });

        Assert.Null(_promises.Take(Of("a", 600)));
        Assert.Equal(400, _promises.FreeMemory);
    }

    [Fact]
    public void Of_many_that_start_at_once_as_many_do_as_have_room()
    {
        var taken = 0;

        Parallel.For(0, 50, i => Interlocked.Add(ref taken, _promises.Take(Of($"p{i}", 300)) is null ? 1 : 0));

        Assert.Equal(3, taken);
    }

    [Fact]
    public void An_app_fits_beside_what_others_are_to_have_and_what_runs_once()
    {
        _promises.Want(App("other", 500));
        _seen.Add(Seen("run", 100) with { Labels = Of("run", 100) with { Expires = DateTimeOffset.MaxValue } });

        Assert.True(Fits(400).Ok);
        var refused = Fits(401).Problem;

        Assert.IsType<Conflict>(refused);
        Assert.StartsWith(
            "shop does not fit on the rack's machine: its processes would take 401 MiB of memory, others take 600, and there are 1000",
            refused.Message,
            StringComparison.Ordinal
        );
        _promises.Forget("other");
        Assert.True(Fits(900).Ok);
    }

    [Fact]
    public void Who_asks_for_no_more_than_before_is_let_be()
    {
        _promises.Want(App("other", 900));
        _promises.Want(App(SomeContainer.AppId, 500));

        Assert.True(Fits(500).Ok);
        Assert.True(Fits(300).Ok);
        Assert.False(Fits(501).Ok);
    }

    [Fact]
    public void Cpu_is_promised_to_what_stays_and_not_to_what_passes()
    {
        _promises.Want(App("other", 10, cpu: 1500));
        _seen.Add(Seen("old", 10) with { Labels = Of("old", 10) with { AppId = "other", Cpu = 1500 } });
        _seen.Add(Seen("new", 10) with { Labels = Of("new", 10) with { AppId = "other", Cpu = 1500 } });
        _seen.Add(
            Seen("run", 10) with
            {
                Labels = Of("run", 10) with { Cpu = 500, Expires = DateTimeOffset.MaxValue },
            }
        );

        Assert.True(Fits(10, cpu: 500).Ok);
        var refused = Fits(10, cpu: 501).Problem;

        Assert.Equal("rack.too_much_cpu", Assert.IsType<Conflict>(refused).Code);
        Assert.StartsWith(
            "shop does not fit on the rack's machine: its processes would take 501 thousandths of a core, others take 1500, and there are 2000",
            refused.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("scale.cpu", refused.Suggestion, StringComparison.Ordinal);
        Assert.Null(_promises.Take(Of("more", 10) with { Cpu = 2000 }));
    }

    [Fact]
    public void After_a_restart_what_runs_says_how_much_cpu_was_promised()
    {
        _seen.Add(Seen("a", 10) with { Labels = Of("a", 10) with { AppId = "other", Cpu = 1500 } });

        Assert.True(Fits(10, cpu: 500).Ok);
        Assert.False(Fits(10, cpu: 501).Ok);
    }

    [Fact]
    public void Of_apps_that_grow_at_once_as_many_are_admitted_as_fit_together_and_the_others_are_told_what_is_so()
    {
        const int Apps = 16;
        var answers = new Result<Done>[Apps];
        for (var i = 0; i < Apps; i++)
        {
            _promises.Want(App($"app-{i}", 10));
        }

        using var together = new Barrier(Apps);
        var threads = Enumerable
            .Range(0, Apps)
            .Select(i => new Thread(() =>
            {
                together.SignalAndWait();
                answers[i] = _promises.Admit(App($"app-{i}", 300));
            }))
            .ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());

        // Two take 600 and the thirteen others 130, beside which a third 300 have no room.
        var refused = answers.Where(a => !a.Ok).ToArray();
        Assert.Equal(Apps - 2, refused.Length);
        Assert.All(
            refused,
            r =>
                Assert.Contains(
                    $"would take 300 MiB of memory, others take {(2 * 300) + ((Apps - 3) * 10)}, and there are 1000",
                    r.Problem!.Text,
                    StringComparison.Ordinal
                )
        );
    }

    private Result<Done> Fits(long memory, long cpu = 0) =>
        _promises.Fits("shop", SomeContainer.AppId, new MachineShare(memory, cpu));

    private static DesiredApp App(string id, int memory, int cpu = 0) =>
        new()
        {
            App = AppRef.Parse("acme/dev/any"),
            AppId = id,
            Release = "R1",
            RolloutId = "",
            Services = [Some.Service("web", "R1") with { Count = 1, Memory = memory, Cpu = cpu }],
        };

    private static SeenContainer Seen(string process, long memory) =>
        SomeContainer.Of(process) with
        {
            Labels = Of(process, memory),
        };

    private static ContainerLabels Of(string process, long memory) =>
        SomeContainer.Of(process).Labels with
        {
            ProcessId = process,
            Memory = memory,
        };
}
