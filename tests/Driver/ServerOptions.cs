namespace Palisade.Driver;

/// <summary>How a server under test is started.</summary>
public sealed record ServerOptions
{
    /// <summary>The server's assembly; by default the one built beside the running program.</summary>
    public string Assembly { get; init; } = Repository.ServerAssembly;

    /// <summary>An existing folder to start on; by default a new temporary one, deleted at the end.</summary>
    public string? Data { get; init; }

    /// <summary>How long a start may take until it is ready.</summary>
    public TimeSpan ReadyDeadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>More arguments, as they are.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>More environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
