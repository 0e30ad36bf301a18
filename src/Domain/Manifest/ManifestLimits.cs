namespace Palisade.Domain.Manifest;

/// <summary>Bounds of a manifest. They keep one hostile file from costing more than one honest file.</summary>
public static class ManifestLimits
{
    /// <summary>UTF-8 bytes of the text as written.</summary>
    public const int TextBytes = 256 * 1024;

    /// <summary>Characters after interpolation.</summary>
    public const int InterpolatedChars = 1024 * 1024;

    /// <summary>Nesting of mappings and sequences.</summary>
    public const int Depth = 32;

    /// <summary>Nodes, where each use of an alias counts as a copy of its target.</summary>
    public const int Nodes = 50_000;

    /// <summary>Services, resources, timers or balancers, each.</summary>
    public const int Entries = 100;

    /// <summary>Entries of one list or of one map inside a service.</summary>
    public const int Items = 500;

    /// <summary>Characters of one scalar that goes into the model.</summary>
    public const int ScalarChars = 64 * 1024;

    /// <summary>Problems and warnings kept, each; later ones are dropped.</summary>
    public const int Problems = 100;
}
