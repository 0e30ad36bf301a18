namespace Orleans.Hosting;

/// <summary>Settings of the built-in grain host. Defaults are Orleans' own where it has the setting.</summary>
public sealed class BuiltInGrainOptions
{
    public const string SectionName = "Grains";

    /// <summary>How long a call waits for its answer before it ends in a <see cref="TimeoutException"/>. Default 30 s. At least 10 ms.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an activation is unused before it is collected. Default 15 min.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often unused activations are looked for. Default 1 min.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After this the token of <see cref="Grain.OnActivateAsync"/> is cancelled. Default 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After this the token of <see cref="Grain.OnDeactivateAsync"/> is cancelled and the activation ends without it. Default 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Activations kept in memory; past it the least recently used idle ones go. Busy ones are never cut off, so that the bound is
    /// exceeded while more than this many run at once. Default 50,000. At least 1.
    /// </summary>
    public int MaxActivations { get; set; } = 50_000;

    /// <summary>How arguments and results cross a call. Default <see cref="CallBoundary.Reference"/>.</summary>
    public CallBoundary CallBoundary { get; set; } = CallBoundary.Reference;

    internal void Validate()
    {
        Check(ResponseTimeout >= TimeSpan.FromMilliseconds(10), nameof(ResponseTimeout));
        Check(CollectionAge > TimeSpan.Zero, nameof(CollectionAge));
        Check(CollectionQuantum > TimeSpan.Zero, nameof(CollectionQuantum));
        Check(ActivationTimeout > TimeSpan.Zero, nameof(ActivationTimeout));
        Check(DeactivationTimeout > TimeSpan.Zero, nameof(DeactivationTimeout));
        Check(MaxActivations >= 1, nameof(MaxActivations));

        static void Check(bool valid, string name)
        {
            if (!valid)
            {
                throw new Orleans.Runtime.OrleansConfigurationException($"{SectionName}:{name} is out of its bounds.");
            }
        }
    }
}
