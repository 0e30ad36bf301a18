namespace Palisade.Driver.Wire;

/// <summary>An element of <c>GET /racks</c>.</summary>
public sealed record WireRack(string Name, WireOrganization Organization, string? Provider, string? Status);

/// <summary>A rack's organization.</summary>
public sealed record WireOrganization(string Name);

/// <summary>An app.</summary>
public sealed record WireApp(
    string Name,
    string Status,
    string? Release,
    string? Generation,
    bool Locked,
    string? Router,
    Dictionary<string, string>? Parameters
);

/// <summary>A build.</summary>
public sealed record WireBuild(
    string Id,
    string App,
    string Status,
    string? Release,
    string? Reason,
    string? Description,
    string? Manifest,
    DateTimeOffset? Started,
    DateTimeOffset? Ended
);

/// <summary>A release.</summary>
public sealed record WireRelease(
    string Id,
    string App,
    string? Build,
    string? Env,
    string? Manifest,
    string? Description,
    DateTimeOffset? Created
);

/// <summary>A process.</summary>
public sealed record WireProcess(
    string Id,
    string App,
    string Name,
    string Status,
    string? Release,
    string? Command,
    double? Cpu,
    double? Memory,
    DateTimeOffset? Started
);

/// <summary>A service.</summary>
public sealed record WireService(string Name, int Count, int Cpu, int Memory, string? Domain, WirePort[]? Ports);

/// <summary>A service's port.</summary>
public sealed record WirePort(int Balancer, int Container, string? Certificate);

/// <summary>The rack itself.</summary>
public sealed record WireSystem(string Name, string Version, string Provider, string Status, string? Domain, int Count);

/// <summary>The answer to an upload.</summary>
public sealed record WireObject(string Url);
