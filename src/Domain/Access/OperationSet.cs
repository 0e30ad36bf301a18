using System.Diagnostics.CodeAnalysis;

namespace Palisade.Domain.Access;

/// <summary>A set of operations as 256 bits, so that deciding is a few machine words. A test keeps the table within that.</summary>
[SuppressMessage("Performance", "CA1815", Justification = "Compared by Equals below only.")]
internal readonly struct OperationSet(ulong a, ulong b, ulong c, ulong d)
{
    internal const int Capacity = 256;

    private readonly ulong _a = a;
    private readonly ulong _b = b;
    private readonly ulong _c = c;
    private readonly ulong _d = d;

    public bool IsEmpty => (_a | _b | _c | _d) == 0;

    public bool Has(Operation operation)
    {
        var word = (operation.Index >> 6) switch { 0 => _a, 1 => _b, 2 => _c, _ => _d };
        return (word >> (operation.Index & 63) & 1) != 0;
    }

    /// <summary>Whether every operation of <paramref name="other"/> is here.</summary>
    public bool Covers(in OperationSet other) => (other & ~this).IsEmpty;

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
