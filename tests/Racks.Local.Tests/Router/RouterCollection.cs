namespace Palisade.Racks.Local.Tests.Router;

/// <summary>Tests that measure a real HAProxy under load run one after another.</summary>
[CollectionDefinition("router", DisableParallelization = true)]
public sealed class RouterCollection;
