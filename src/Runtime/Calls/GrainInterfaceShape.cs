using System.Reflection;

namespace Orleans.Runtime;

/// <summary>What a grain interface may look like, and its parts.</summary>
internal static class GrainInterfaceShape
{
    public static bool IsGrainInterface(Type type) =>
        type.IsInterface && typeof(IGrainWithStringKey).IsAssignableFrom(type) && type != typeof(IGrainWithStringKey);

    /// <summary>Its methods and those of the interfaces that it extends.</summary>
    public static IReadOnlyList<MethodInfo> MethodsOf(Type grainInterface) =>
        [.. grainInterface.GetInterfaces().Prepend(grainInterface)
            .SelectMany(i => i.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))];

    /// <summary>The type that the method's task gives, or null when it gives none.</summary>
    public static Type? ResultOf(MethodInfo method) =>
        method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;

    /// <summary>Why the runtime cannot call this method, or null.</summary>
    public static string? Refuse(MethodInfo method)
    {
        var type = method.ReturnType;
        if (method.IsGenericMethodDefinition)
        {
            return "is generic";
        }

        if (Array.Exists(method.GetParameters(), p => p.ParameterType.IsByRef || p.ParameterType.IsByRefLike || p.ParameterType.IsPointer))
        {
            return "has a by-reference parameter";
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition == typeof(Task) || definition == typeof(Task<>) || definition == typeof(ValueTask) || definition == typeof(ValueTask<>)
            ? null
            : $"returns {type.Name} instead of Task, Task<T>, ValueTask or ValueTask<T>";
    }
}
