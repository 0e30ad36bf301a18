using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Planning;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class MachineMemoryTests
{
    private readonly List<SeenContainer> _seen = [];
    private readonly MachineMemory _memory = new(capacity: 1000);

    public MachineMemoryTests() => _memory.Count(() => _seen);

    [Fact]
    public void A_process_has_its_memory_from_its_start_until_it_has_ended()
    {
        Assert.Null(_memory.Take(Of("a", 600)));
        Assert.Equal(400, _memory.Free);
        _seen.Add(Seen("a", 600));
        Assert.Equal(400, _memory.Free);
        _memory.Started("a");
        Assert.Equal(400, _memory.Free);

        var refused = _memory.Take(Of("b", 401));

        Assert.Equal(StepProblem.NoMemory, refused?.Code);
        Assert.StartsWith(
            "a process of 401 MiB of memory has no room now: 400 of 1000 MiB are free",
            refused!.Text,
            StringComparison.Ordinal
        );
        Assert.Null(_memory.Take(Of("b", 400)));
        _memory.Started("b");
        _seen[0] = _seen[0] with { State = ProcessPhase.Exited };
        Assert.Equal(1000, _memory.Free);
    }

    [Fact]
    public void One_that_was_made_before_takes_no_second_share()
    {
        _seen.Add(Seen("a", 600) with { State = ProcessPhase.Created });

        Assert.Null(_memory.Take(Of("a", 600)));
        Assert.Equal(400, _memory.Free);
    }

    [Fact]
    public void Of_many_that_start_at_once_as_many_do_as_have_room()
    {
        var taken = 0;

        Parallel.For(0, 50, i => Interlocked.Add(ref taken, _memory.Take(Of($"p{i}", 300)) is null ? 1 : 0));

        Assert.Equal(3, taken);
    }

    [Fact]
    public void An_app_fits_beside_what_others_are_to_have_and_what_runs_once()
    {
        _memory.Want(App("other", 500));
        _seen.Add(Seen("run", 100) with { Labels = Of("run", 100) with { Expires = DateTimeOffset.MaxValue } });

        Assert.True(Fits(400).Ok);
        var refused = Fits(401).Problem;

        Assert.IsType<Conflict>(refused);
        Assert.StartsWith(
            "shop does not fit on the rack's machine: its processes would take 401 MiB of memory, others take 600, and there are 1000",
            refused.Message,
            StringComparison.Ordinal
        );
        _memory.Forget("other");
        Assert.True(Fits(900).Ok);
    }

    [Fact]
    public void Who_asks_for_no_more_than_before_is_let_be()
    {
        _memory.Want(App("other", 900));
        _memory.Want(App(SomeContainer.AppId, 500));

        Assert.True(Fits(500).Ok);
        Assert.True(Fits(300).Ok);
        Assert.False(Fits(501).Ok);
    }

    private Result<Done> Fits(long asked) => _memory.Fits("shop", SomeContainer.AppId, asked);

    private static DesiredApp App(string id, int memory) =>
        new()
        {
            App = AppRef.Parse("acme/dev/any"),
            AppId = id,
            Release = "R1",
            RolloutId = "",
            Services = [Some.Service("web", "R1") with { Count = 1, Memory = memory }],
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
