using System.Diagnostics.CodeAnalysis;
using System.Runtime.Intrinsics;

namespace Palisade.Domain.Access;

/// <summary>
/// A set of operations as 256 bits (a test keeps the table within that), so that deciding is a few machine words.
/// </summary>
[SuppressMessage("Performance", "CA1815", Justification = "Compared by Equals below only.")]
internal readonly struct OperationSet(Vector256<ulong> bits)
{
    private static readonly OperationSet[] ByType =
    [
        .. Enum.GetValues<ResourceType>()
            .Select(type =>
                Where(o => o.Type != ResourceType.None && (type == ResourceType.AllResources || o.Type == type))
            ),
    ];

    private readonly Vector256<ulong> _bits = bits;

    public static OperationSet Reads { get; } = Where(o => o.Level == AccessLevel.Read);

    public static OperationSet AdminOnly { get; } = Where(o => o.AdminOnly);

    public bool IsEmpty => _bits == Vector256<ulong>.Zero;

    public bool Has(Operation operation) => (_bits & operation.Bit) != Vector256<ulong>.Zero;

    /// <summary>Whether every operation of <paramref name="other"/> is here.</summary>
    public bool Covers(OperationSet other) => (other & ~this).IsEmpty;

    /// <summary>The operations that policies of a type speak for; none for no or an unknown type.</summary>
    public static OperationSet OfType(ResourceType type) =>
        (uint)type < (uint)ByType.Length ? ByType[(int)type] : default;

    public static OperationSet Of(Operation operation) => new(operation.Bit);

    public static OperationSet Where(Func<Operation, bool> include)
    {
        var bits = Vector256<ulong>.Zero;
        foreach (var operation in Operations.All)
        {
            bits |= include(operation) ? operation.Bit : default;
        }

        return new(bits);
    }

    public static OperationSet operator |(OperationSet x, OperationSet y) => new(x._bits | y._bits);

    public static OperationSet operator &(OperationSet x, OperationSet y) => new(x._bits & y._bits);

    public static OperationSet operator ~(OperationSet x) => new(~x._bits);
}
