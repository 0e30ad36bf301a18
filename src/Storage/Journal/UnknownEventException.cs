namespace Palisade.Storage.Journal;

/// <summary>
/// A stored event cannot be read: its name or version is not known here. The stream is left as it is.
/// </summary>
public sealed class UnknownEventException(string name, int version, string why)
    : Exception($"The stored event {name} version {version} cannot be read: {why}.")
{
    public string Name { get; } = name;

    public int Version { get; } = version;
}
