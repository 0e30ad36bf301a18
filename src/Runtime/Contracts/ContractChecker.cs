using System.Reflection;

namespace Orleans.Runtime;

/// <summary>
/// Walks every type reachable from the grain interfaces of some assemblies, and finds what Orleans' generators let pass silently and its
/// serializer then refuses or loses, and what would not be safe to pass by reference. For tests.
/// </summary>
public sealed class ContractChecker
{
    private readonly HashSet<Assembly> _ours;
    private readonly Type[] _types;
    private readonly HashSet<Type> _seen = [];
    private readonly Dictionary<string, Type> _aliases = new(StringComparer.Ordinal);
    private readonly HashSet<ContractViolation> _violations = [];

    private ContractChecker(IEnumerable<Assembly> assemblies)
    {
        _ours = [.. assemblies];
        _types = [.. _ours.SelectMany(a => a.GetTypes())];
    }

    /// <summary>The violations of all grain interfaces in these assemblies; their types in these assemblies count as ours.</summary>
    public static IReadOnlyList<ContractViolation> Check(params Assembly[] assemblies)
    {
        var checker = new ContractChecker(assemblies);
        return checker.Check(checker._types.Where(GrainInterfaceShape.IsGrainInterface));
    }

    /// <summary>The violations of these grain interfaces only; types of their assemblies count as ours.</summary>
    public static IReadOnlyList<ContractViolation> CheckInterfaces(params Type[] grainInterfaces) =>
        new ContractChecker(grainInterfaces.Select(i => i.Assembly)).Check(grainInterfaces);

    private IReadOnlyList<ContractViolation> Check(IEnumerable<Type> grainInterfaces)
    {
        foreach (var grainInterface in grainInterfaces)
        {
            CheckAlias(grainInterface);
            var methods = grainInterface.GetMethods();
            foreach (var method in methods)
            {
                CheckMethod(grainInterface, method);
            }

            foreach (var overloads in methods.GroupBy(m => m.Name).Where(g => g.Count() > 1))
            {
                CheckOverloads(grainInterface, overloads);
            }
        }

        return [.. _violations.OrderBy(v => v.Where, StringComparer.Ordinal).ThenBy(v => v.Kind)];
    }

    private void CheckMethod(Type grainInterface, MethodInfo method)
    {
        var where = $"{Name(grainInterface)}.{method.Name}";
        if (GrainInterfaceShape.Refuse(method) is { } reason)
        {
            Add(ContractRule.MethodShape, where, $"The method {reason}.");
            return;
        }

        foreach (var parameter in method.GetParameters())
        {
            Walk(parameter.ParameterType, $"{where}({parameter.Name})", parameter.IsDefined(typeof(ImmutableAttribute), false));
        }

        if (GrainInterfaceShape.ResultOf(method) is { } result)
        {
            Walk(result, $"{where} result", method.ReturnParameter.IsDefined(typeof(ImmutableAttribute), false));
        }
    }

    private void CheckOverloads(Type grainInterface, IEnumerable<MethodInfo> overloads)
    {
        var aliases = overloads.Select(m => m.GetCustomAttributes<AliasAttribute>(false).FirstOrDefault()?.Alias).ToArray();
        var where = $"{Name(grainInterface)}.{overloads.First().Name}";
        if (Array.Exists(aliases, a => a is null))
        {
            Add(ContractRule.MissingAlias, where, "Every overload needs an [Alias]: the name does not tell them apart.");
        }
        else if (aliases.Distinct().Count() != aliases.Length)
        {
            Add(ContractRule.DuplicateAlias, where, "Two overloads have the same [Alias].");
        }
    }

    private void Walk(Type type, string where, bool promisedImmutable)
    {
        if (type.IsGenericParameter || WellKnownTypes.IsAtom(type))
        {
            return;
        }

        if (WellKnownTypes.IsMutableContainer(type) || WellKnownTypes.IsImmutableContainer(type))
        {
            if (!promisedImmutable && WellKnownTypes.IsMutableContainer(type))
            {
                Add(ContractRule.Mutable, where, $"{Name(type)} can change after the call; use an immutable collection or say [Immutable].");
            }

            foreach (var part in WellKnownTypes.PartsOf(type))
            {
                Walk(part, where, promisedImmutable);
            }

            return;
        }

        if (!_ours.Contains(type.Assembly))
        {
            if (!type.IsDefined(typeof(GenerateSerializerAttribute), false))
            {
                Add(ContractRule.NotSerializable, where, $"Orleans does not serialize {Name(type)}.");
            }

            return;
        }

        if (_seen.Add(type))
        {
            CheckContract(type);
        }
    }

    private void CheckContract(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            Add(ContractRule.NotSerializable, Name(type), "A delegate cannot cross a grain call.");
            return;
        }

        if (!type.IsInterface)
        {
            if (!type.IsDefined(typeof(GenerateSerializerAttribute), false))
            {
                Add(ContractRule.MissingGenerateSerializer, Name(type), "The type has no [GenerateSerializer] of its own.");
            }

            CheckAlias(type);
        }

        if (type.IsEnum)
        {
            return;
        }

        CheckMembers(type);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            Walk(parent, Name(type), promisedImmutable: true);
        }

        if (!type.IsSealed)
        {
            foreach (var derived in _types.Where(t => t != type && !t.ContainsGenericParameters && type.IsAssignableFrom(t)))
            {
                Walk(derived, Name(type), promisedImmutable: true);
            }
        }
    }

    private void CheckMembers(Type type)
    {
        var promise = type.IsDefined(typeof(ImmutableAttribute), false);
        var members = ContractMember.DeclaredBy(type);
        foreach (var member in members)
        {
            var where = $"{Name(type)}.{member.Name}";
            if (member.Id is null)
            {
                Add(ContractRule.MissingId, where, "The member has no [Id] and would be lost; say [field: NonSerialized] if it should be.");
                continue;
            }

            if (!type.IsValueType && !member.Field.IsInitOnly && !member.IsImmutable)
            {
                Add(ContractRule.Mutable, where, "The member can be set after the call; make it get-only or init.");
            }

            Walk(member.Field.FieldType, where, member.IsImmutable || (promise && member.Field.FieldType.IsArray));
        }

        foreach (var duplicates in members.Where(m => m.Id is not null).GroupBy(m => (m.Id, m.IsPositional)).Where(g => g.Count() > 1))
        {
            Add(ContractRule.DuplicateId, Name(type), $"Id {duplicates.Key.Id} is given to {string.Join(" and ", duplicates.Select(m => m.Name))}.");
        }

        foreach (var property in ContractMember.IdsOnComputed(type))
        {
            Add(ContractRule.IdOnComputedProperty, $"{Name(type)}.{property.Name}", "Put the [Id] on the field that holds the value.");
        }
    }

    private void CheckAlias(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var aliases = definition.GetCustomAttributes<AliasAttribute>(false).Select(a => a.Alias).ToArray();
        if (aliases.Length == 0)
        {
            Add(ContractRule.MissingAlias, Name(type), "The type has no [Alias]; a rename would break the wire.");
        }

        foreach (var alias in aliases.Where(alias => !_aliases.TryAdd(alias, definition) && _aliases[alias] != definition))
        {
            Add(ContractRule.DuplicateAlias, Name(type), $"The alias {alias} is that of {Name(_aliases[alias])} too.");
        }
    }

    private void Add(ContractRule rule, string where, string message) => _violations.Add(new ContractViolation(rule, where, message));

    // One violation per generic definition, however many times it is closed.
    private static string Name(Type type)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition.IsArray ? definition.Name : definition.FullName ?? definition.Name;
    }
}
