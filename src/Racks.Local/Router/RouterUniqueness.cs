namespace Palisade.Racks.Local.Router;

/// <summary>What may appear once in a model.</summary>
internal sealed class RouterUniqueness
{
    public HashSet<string> Backends { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Hosts { get; } = new(StringComparer.Ordinal);

    public HashSet<(string Address, int Port)> Listens { get; } = [];
}
