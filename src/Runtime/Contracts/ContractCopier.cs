using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>
/// Copies a value as if it had been serialized: contract types are rebuilt from their <c>[Id]</c> members alone, so that a member without
/// an id is lost here as Orleans would lose it; <c>[Immutable]</c> does not spare a copy. For tests: it uses reflection.
/// </summary>
public sealed class ContractCopier : IValueCopier
{
    private static readonly ConcurrentDictionary<Type, ContractMember[]> Members = new();

    /// <summary>A copy, sharing nothing mutable with the value. Throws <see cref="ContractException"/> where Orleans could not serialize.</summary>
    public T Copy<T>(T value) => (T)new Pass().Copy(value)!;

    /// <summary>One copy operation: references to the same object stay references to the same copy.</summary>
    internal sealed class Pass
    {
        private readonly Dictionary<object, object> _copied = new(ReferenceEqualityComparer.Instance);

        public object? Copy(object? value)
        {
            if (value is null || value.GetType() is var type && (WellKnownTypes.IsAtom(type) || IsEnum(type)))
            {
                return value;
            }

            if (_copied.TryGetValue(value, out var known))
            {
                return known;
            }

            if (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            {
                return CopyContract(value, type);
            }

            if (!type.IsArray && !WellKnownTypes.IsImmutableContainer(type) && !WellKnownTypes.IsMutableContainer(type))
            {
                throw new ContractException($"{type} cannot cross a grain call: it has no [GenerateSerializer].");
            }

            var copy = ContainerCopier.Copy(value, type, this);
            _copied[value] = copy;
            return copy;
        }

        private static bool IsEnum(Type type) => type.IsEnum;

        private object CopyContract(object value, Type type)
        {
            var copy = type.GetConstructor(Type.EmptyTypes) is { } constructor && !type.IsValueType
                && !type.IsDefined(typeof(RequiredMemberAttribute))
                ? constructor.Invoke(null)
                : RuntimeHelpers.GetUninitializedObject(type);
            if (!type.IsValueType)
            {
                _copied[value] = copy;
            }

            foreach (var member in Members.GetOrAdd(type, MembersOf))
            {
                member.Field.SetValue(copy, Copy(member.Field.GetValue(value)));
            }

            return copy;
        }

        private static ContractMember[] MembersOf(Type type) => [.. ContractMember.LevelsOf(type)
            .Where(level => level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            .SelectMany(ContractMember.DeclaredBy)
            .Where(member => member.Id is not null)];
    }
}
