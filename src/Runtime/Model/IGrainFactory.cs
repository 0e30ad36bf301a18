namespace Orleans;

/// <summary>Makes references to grains. A reference is cheap, thread-safe and never "not found": a grain is activated by its first call.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain with this key.</summary>
    /// <param name="primaryKey">The key; not null or blank.</param>
    /// <param name="grainClassNamePrefix">Chooses among several classes that implement the interface: the start of the class's full name.</param>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;
}
