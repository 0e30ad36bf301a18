using System.Diagnostics.CodeAnalysis;

namespace Orleans;

/// <summary>Anything that has an address in the runtime: a grain or a reference to one.</summary>
[SuppressMessage("Design", "CA1040:Avoid empty interfaces", Justification = "Orleans' marker interface.")]
public interface IAddressable;

/// <summary>The marker of all grain interfaces.</summary>
public interface IGrain : IAddressable;

/// <summary>A grain whose primary key is a string.</summary>
public interface IGrainWithStringKey : IGrain;
