using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain or a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>The string key of this grain or reference.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain switch
        {
            Grain { Activation: { } activation } => activation.Key,
            GrainReference reference => reference.Key,
            _ => throw new ArgumentException($"{grain.GetType().Name} is not a grain of this runtime.", nameof(grain)),
        };
    }
}
