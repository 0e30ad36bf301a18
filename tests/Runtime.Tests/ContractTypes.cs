using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Palisade.Runtime.Tests;

// A closed hierarchy, a generic result with private fields and what else the domain uses; all of it right.
[Alias("test.good")]
internal interface IGood : IGrainWithStringKey
{
    [ReadOnly]
    Task<Outcome<View>> Get(CancellationToken cancellationToken);

    Task<Outcome<int>> Do(Command command, ImmutableArray<string> names);

    Task<ImmutableDictionary<string, Level>?> Levels(Level level, [Immutable] byte[] bytes);
}

[GenerateSerializer, Immutable, Alias("test.outcome`1")]
internal readonly struct Outcome<T>
{
    [Id(0)] private readonly T? _value;
    [Id(1)] private readonly string? _error;

    public Outcome(T? value, string? error) => (_value, _error) = (value, error);

    public T? Value => _value;

    public string? Error => _error;
}

[GenerateSerializer, Immutable, Alias("test.view")]
internal sealed record View(string Name, ImmutableArray<Point> Points)
{
    [Id(0)] public string? Note { get; init; }

    [Id(1)] public required Level Level { get; init; }
}

[GenerateSerializer, Immutable, Alias("test.point")]
internal readonly record struct Point(int X, int Y);

[GenerateSerializer, Alias("test.level")]
internal enum Level
{
    Low,
    High,
}

[GenerateSerializer, Immutable, Alias("test.command")]
internal abstract record Command([property: Id(0)] string Key);

[GenerateSerializer, Immutable, Alias("test.command.rename")]
internal sealed record Rename(string Key, string Name) : Command(Key);

[GenerateSerializer, Immutable, Alias("test.command.move")]
internal sealed record Move(string Key, Point To) : Command(Key);

// Each of these breaks one rule or more.
internal interface IBad : IGrainWithStringKey
{
    void Fire();

    IAsyncEnumerable<int> Stream();

    Task<Unmarked> Unmarked();

    Task<Losing> Losing();

    Task<Doubled> Doubled();

    Task<Copycat> Copycat();

    Task Hierarchy(Shape shape);

    Task Foreign(System.Text.StringBuilder builder);

    Task Changing(List<int> numbers, Settable settable);

    Task<Computed> Computed();

    Task Twice(int a);

    Task Twice(string a);
}

internal sealed record Unmarked([property: Id(0)] string Name);

[GenerateSerializer, Alias("test.losing")]
internal sealed class Losing
{
    [Id(0)] public string? Kept { get; init; }

    public string? Lost { get; init; }

    [field: NonSerialized] public string? LeftOut { get; init; }
}

[GenerateSerializer, Alias("test.doubled")]
internal sealed class Doubled
{
    [Id(3)] public string? One { get; init; }

    [Id(3)] public string? Two { get; init; }
}

[GenerateSerializer, Alias("test.doubled")]
internal sealed record Copycat(int A);

[GenerateSerializer, Alias("test.shape")]
internal abstract record Shape;

[Alias("test.shape.circle")]
internal sealed record Circle([property: Id(0)] int Radius) : Shape;

[GenerateSerializer, Alias("test.settable")]
internal sealed class Settable
{
    [Id(0)] public int Number { get; set; }
}

[GenerateSerializer, Alias("test.computed")]
internal sealed class Computed
{
    [Id(0)] private readonly int _number = 1;

    [Id(1)] public int Double => _number * 2;
}
