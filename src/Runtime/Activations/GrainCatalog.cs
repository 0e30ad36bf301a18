using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>Which class stands behind which grain interface.</summary>
internal sealed class GrainCatalog
{
    private readonly Dictionary<Type, GrainClass[]> _classes;

    private GrainCatalog(Dictionary<Type, GrainClass[]> classes) => _classes = classes;

    public IEnumerable<GrainClass> Classes => _classes.Values.SelectMany(c => c).Distinct();

    /// <summary>Finds interfaces and classes among the types; throws with everything that does not fit together.</summary>
    public static GrainCatalog Build(IReadOnlyCollection<Type> types)
    {
        var classes = types
            .Where(t => t is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
                && t.IsSubclassOf(typeof(Grain)) && t.GetInterfaces().Any(GrainInterfaceShape.IsGrainInterface))
            .Distinct().ToArray();
        var interfaces = types.Concat(classes.SelectMany(c => c.GetInterfaces()))
            .Where(t => GrainInterfaceShape.IsGrainInterface(t) && !t.ContainsGenericParameters)
            .Distinct().ToArray();

        var errors = new List<string>();
        var made = classes.ToDictionary(c => c, c => new GrainClass(c));
        var catalog = new Dictionary<Type, GrainClass[]>();
        foreach (var grainInterface in interfaces)
        {
            var found = classes.Where(grainInterface.IsAssignableFrom).ToArray();
            catalog[grainInterface] = [.. found.Select(c => made[c])];

            // An interface that others extend is a shared part; only asking for it by itself would be ambiguous.
            var shared = Array.Exists(interfaces, other => other != grainInterface && grainInterface.IsAssignableFrom(other));
            if (found.Length == 0)
            {
                errors.Add($"{grainInterface.FullName} has no grain class.");
            }
            else if (found.Length > 1 && !shared)
            {
                errors.Add($"{grainInterface.FullName} has several grain classes: {string.Join(", ", found.Select(c => c.FullName))}.");
            }

            CheckMembers(grainInterface, errors);
        }

        errors.AddRange(classes.SelectMany(MisplacedAttributes));
        if (errors.Count > 0)
        {
            throw new OrleansConfigurationException(string.Join(Environment.NewLine, errors.Order(StringComparer.Ordinal)));
        }

        return new GrainCatalog(catalog);
    }

    /// <summary>The one class behind the interface.</summary>
    public GrainClass Find(Type grainInterface, string? classNamePrefix)
    {
        if (!_classes.TryGetValue(grainInterface, out var classes))
        {
            throw new ArgumentException($"{grainInterface.FullName} has no grain class in this host.");
        }

        if (classNamePrefix is not null)
        {
            classes = Array.FindAll(classes, c => c.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal));
        }

        return classes.Length == 1
            ? classes[0]
            : throw new ArgumentException(
                $"{grainInterface.FullName} has {classes.Length} grain classes{(classNamePrefix is null ? "" : $" named {classNamePrefix}…")}.");
    }

    private static void CheckMembers(Type grainInterface, List<string> errors)
    {
        errors.AddRange(grainInterface.GetProperties().Select(p => $"{grainInterface.FullName}.{p.Name} is a property."));
        errors.AddRange(grainInterface.GetEvents().Select(e => $"{grainInterface.FullName}.{e.Name} is an event."));
        errors.AddRange(
            from method in grainInterface.GetMethods()
            where !method.IsSpecialName
            let reason = GrainInterfaceShape.Refuse(method)
            where reason is not null
            select $"{grainInterface.FullName}.{method.Name} {reason}.");
    }

    // Orleans looks at the interface only; on the class they would silently do nothing.
    private static IEnumerable<string> MisplacedAttributes(Type grainClass) =>
        from method in grainClass.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.IsDefined(typeof(ReadOnlyAttribute), false) || method.IsDefined(typeof(AlwaysInterleaveAttribute), false)
        select $"{grainClass.FullName}.{method.Name} has [ReadOnly] or [AlwaysInterleave], which belong on the interface's method.";
}
