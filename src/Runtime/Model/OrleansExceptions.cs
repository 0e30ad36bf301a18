using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The base of what the runtime itself throws.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Thrown by the runtime only.")]
public class OrleansException(string message) : Exception(message);

/// <summary>The grain classes and interfaces do not fit together; said at start.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Thrown by the runtime only.")]
public sealed class OrleansConfigurationException(string message) : OrleansException(message);

/// <summary>The host is stopping or stopped and takes no more calls.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Thrown by the runtime only.")]
public sealed class SiloUnavailableException(string message) : OrleansException(message);
