using System.Collections.Immutable;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

public sealed class CallBoundaryTests
{
    private static readonly ContractCopier Copier = new();

    [Fact]
    public void A_contract_survives_the_round_trip()
    {
        var view = new View("v", [new Point(1, 2), new Point(3, 4)]) { Note = "n", Level = Level.High };

        var copy = Copier.Copy(new Outcome<View>(view, null)).Value!;

        Assert.NotSame(view, copy);
        Assert.Equal((view.Name, view.Note, view.Level), (copy.Name, copy.Note, copy.Level));
        Assert.Equal(view.Points.AsEnumerable(), copy.Points);
        Assert.Equal("no", Copier.Copy(new Outcome<int>(0, "no")).Error);
        Assert.Equal(new Move("k", new Point(5, 6)), Copier.Copy<Command>(new Move("k", new Point(5, 6))));
    }

    [Fact]
    public void A_member_without_an_id_is_lost()
    {
        var copy = Copier.Copy(new Losing { Kept = "kept", Lost = "lost", LeftOut = "out" });

        Assert.Equal(("kept", null, null), (copy.Kept, copy.Lost, copy.LeftOut));
    }

    [Fact]
    public void Collections_are_copied_with_their_parts_and_comparers()
    {
        var settable = new Settable { Number = 1 };
        var source = new Dictionary<string, List<Settable>>(StringComparer.OrdinalIgnoreCase) { ["A"] = [settable, settable] };

        var copy = Copier.Copy(source);
        settable.Number = 2;

        Assert.Equal(1, copy["a"][0].Number);
        Assert.Same(copy["a"][0], copy["a"][1]);
        Assert.Equal([1, 2], Copier.Copy(new[] { 1, 2 }));
        Assert.Equal((1, "b"), Copier.Copy((1, "b")));
        Assert.Equal(["x"], Copier.Copy(ImmutableSortedSet.Create("x")));
        Assert.Equal(3, Copier.Copy(ImmutableDictionary<string, int>.Empty.Add("k", 3))["k"]);
        Assert.Equal([1, 2], Copier.Copy(new Stack<int>([1, 2])).Reverse());
        Assert.True(Copier.Copy(default(ImmutableArray<int>)).IsDefault);
        Assert.Null(Copier.Copy<View?>(null));
    }

    [Fact]
    public void What_orleans_cannot_serialize_is_refused_by_name()
    {
        var error = Assert.Throws<ContractException>(() => Copier.Copy<object>(new Circle(1)));
        Assert.Contains(nameof(Circle), error.Message, StringComparison.Ordinal);

        // The compiler's own type behind a collection expression.
        IReadOnlyList<int> expression = [1, 2];
        Assert.Throws<ContractException>(() => Copier.Copy(expression));
    }

    [Fact]
    public async Task Copying_separates_caller_and_grain()
    {
        await using var host = new TestHost(new BuiltInGrainOptions { CallBoundary = CallBoundary.Copy }, null, null, typeof(Keeper));
        var keeper = host.Get<IKeeper>("k");
        var mine = new Settable { Number = 1 };

        await keeper.Put(mine);
        mine.Number = 2;
        var kept = await keeper.Take();
        Assert.Equal(1, kept.Number);
        kept.Number = 3;
        Assert.Equal(1, (await keeper.Take()).Number);

        await Assert.ThrowsAsync<ContractException>(() => keeper.Echo(new Circle(1)));
        await Assert.ThrowsAsync<ContractException>(() => keeper.Leak());
    }

    [Fact]
    public async Task Referencing_passes_the_very_objects()
    {
        await using var host = new TestHost(typeof(Keeper));
        var mine = new Settable { Number = 1 };

        await host.Get<IKeeper>("k").Put(mine);

        Assert.Same(mine, await host.Get<IKeeper>("k").Take());
    }

    internal interface IKeeper : IGrainWithStringKey
    {
        Task Put(Settable value);

        Task<Settable> Take();

        Task Echo(Shape shape);

        Task<Shape> Leak();
    }

    internal sealed class Keeper : Grain, IKeeper
    {
        private Settable _value = new();

        public Task Put(Settable value)
        {
            _value = value;
            return Task.CompletedTask;
        }

        public Task<Settable> Take() => Task.FromResult(_value);

        public Task Echo(Shape shape) => Task.CompletedTask;

        public Task<Shape> Leak() => Task.FromResult<Shape>(new Circle(2));
    }
}
