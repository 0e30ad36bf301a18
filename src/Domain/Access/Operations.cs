using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace Palisade.Domain.Access;

/// <summary>
/// The one table of operations (access-model.md). Tests fail on a route or grain method that names none of these; what
/// is not here is refused.
/// </summary>
public static partial class Operations
{
    private static readonly FrozenDictionary<string, Operation> ByName;

    [SuppressMessage(
        "Performance",
        "CA1810",
        Justification = "Runs after the field initializers of every part of this class; inline can't."
    )]
    static Operations()
    {
        All =
        [
            .. typeof(Operations)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.FieldType == typeof(Operation))
                .Select(field => (Operation)field.GetValue(null)!)
                .OrderBy(operation => operation.Name, StringComparer.Ordinal),
        ];
        for (var i = 0; i < All.Length; i++)
        {
            (All[i].Index, All[i].Bit) = (i, Vector256<ulong>.Zero.WithElement(i >> 6, 1UL << (i & 63)));
        }

        ByName = All.ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal);
    }

    /// <summary>Every operation, ordered by name.</summary>
    public static ImmutableArray<Operation> All { get; }

    /// <summary>The operation of that name, or null; a caller that gets null refuses (security.md S14).</summary>
    public static Operation? Find(string? name) =>
        name is not null && ByName.TryGetValue(name, out var found) ? found : null;

    private static Operation Read(ResourceType type, OperationScope scope, string name, string description) =>
        new()
        {
            Name = name,
            Type = type,
            Scope = scope,
            Level = AccessLevel.Read,
            Description = description,
        };

    private static Operation Write(ResourceType type, OperationScope scope, string name, string description) =>
        new()
        {
            Name = name,
            Type = type,
            Scope = scope,
            Level = AccessLevel.Write,
            Description = description,
        };

    private static Operation AppRead(string name, string description) =>
        Read(ResourceType.Application, OperationScope.App, name, description);

    private static Operation AppWrite(string name, string description) =>
        Write(ResourceType.Application, OperationScope.App, name, description);

    private static Operation RackRead(string name, string description) =>
        Read(ResourceType.Racks, OperationScope.Rack, name, description);

    private static Operation RackWrite(string name, string description) =>
        Write(ResourceType.Racks, OperationScope.Rack, name, description);

    private static Operation OrgRead(ResourceType type, string name, string description) =>
        Read(type, OperationScope.Org, name, description);

    private static Operation OrgWrite(ResourceType type, string name, string description) =>
        Write(type, OperationScope.Org, name, description);
}
