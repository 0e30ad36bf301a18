using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A value cannot cross a grain call.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Thrown by the runtime only.")]
public sealed class ContractException(string message) : OrleansException(message);
