namespace Palisade.Domain.Kernel;

/// <summary>
/// Gives an event its stored name and version (<c>app.created</c>, 1). Names are never reused; changes are additive or
/// upcast.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EventAttribute(string name, int version = 1) : Attribute
{
    public string Name { get; } = name;

    public int Version { get; } = version;
}

/// <summary>A fact about one stream. Stored as JSON under its <see cref="EventAttribute"/> name.</summary>
public interface IDomainEvent;
