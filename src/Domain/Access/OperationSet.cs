using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Access;

/// <summary>A set of operations as 256 bits (a test keeps the table within that), so that deciding is a few machine words.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Compared by Equals below only.")]
internal readonly struct OperationSet(ulong a, ulong b, ulong c, ulong d)
{
    private static readonly OperationSet[] ByType = [.. Enum.GetValues<ResourceType>()
        .Select(type => Where(o => o.Type != ResourceType.None && (type == ResourceType.AllResources || o.Type == type)))];

    private readonly ulong _a = a;
    private readonly ulong _b = b;
    private readonly ulong _c = c;
    private readonly ulong _d = d;

    public static OperationSet Reads { get; } = Where(o => o.Level == AccessLevel.Read);

    public static OperationSet AdminOnly { get; } = Where(o => o.AdminOnly);

    public bool IsEmpty => (_a | _b | _c | _d) == 0;

    public bool Has(Operation operation)
    {
        var word = (operation.Index >> 6) switch { 0 => _a, 1 => _b, 2 => _c, _ => _d };
        return (word >> (operation.Index & 63) & 1) != 0;
    }

    /// <summary>Whether every operation of <paramref name="other"/> is here.</summary>
    public bool Covers(in OperationSet other) => (other & ~this).IsEmpty;

    /// <summary>The operations that policies of a type speak for; none for no or an unknown type.</summary>
    public static OperationSet OfType(ResourceType type) => (uint)type < (uint)ByType.Length ? ByType[(int)type] : default;

    public static OperationSet Of(Operation operation)
    {
        var bit = 1UL << (operation.Index & 63);
        return (operation.Index >> 6) switch { 0 => new(bit, 0, 0, 0), 1 => new(0, bit, 0, 0), 2 => new(0, 0, bit, 0), _ => new(0, 0, 0, bit) };
    }

    public static OperationSet Where(Func<Operation, bool> include)
    {
        Span<ulong> words = stackalloc ulong[4];
        foreach (var operation in Operations.All)
        {
            if (include(operation))
            {
                words[operation.Index >> 6] |= 1UL << (operation.Index & 63);
            }
        }

        return new(words[0], words[1], words[2], words[3]);
    }

    public static OperationSet operator |(in OperationSet x, in OperationSet y) => new(x._a | y._a, x._b | y._b, x._c | y._c, x._d | y._d);

    public static OperationSet operator &(in OperationSet x, in OperationSet y) => new(x._a & y._a, x._b & y._b, x._c & y._c, x._d & y._d);

    public static OperationSet operator ~(in OperationSet x) => new(~x._a, ~x._b, ~x._c, ~x._d);
}
