using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>What the scheduler knows of a grain interface's method.</summary>
public sealed class GrainMethod
{
    internal GrainMethod(Type grainInterface, MethodInfo method)
    {
        Name = $"{grainInterface.Name}.{method.Name}";
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute), inherit: false);
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute), inherit: false);
    }

    internal string Name { get; }

    internal bool IsReadOnly { get; }

    internal bool AlwaysInterleaves { get; }
}
