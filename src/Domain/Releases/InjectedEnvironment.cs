namespace Palisade.Domain.Releases;

/// <summary>What the rack itself puts into a process's environment (convox-wire.md 6.4).</summary>
[GenerateSerializer, Immutable, Alias("palisade.releases.injected")]
public sealed record InjectedEnvironment
{
    [Id(0)]
    public required string Rack { get; init; }

    /// <summary>Null leaves the variable out: a rack need not tell its processes where its API is.</summary>
    [Id(1)]
    public string? RackUrl { get; init; }

    [Id(2)]
    public required string App { get; init; }

    [Id(3)]
    public required string Release { get; init; }

    /// <summary>Null for a release without a build.</summary>
    [Id(4)]
    public string? Build { get; init; }

    [Id(5)]
    public string? BuildDescription { get; init; }

    [Id(6)]
    public string? BuildGitSha { get; init; }

    /// <summary>In order of precedence, lowest first.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs()
    {
        (string Name, string? Value)[] all =
        [
            ("RACK", Rack),
            ("RACK_URL", RackUrl),
            ("APP", App),
            ("RELEASE", Release),
            ("BUILD", Build),
            ("BUILD_DESCRIPTION", BuildDescription),
            ("BUILD_GIT_SHA", BuildGitSha),
        ];
        return all.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value!));
    }
}
