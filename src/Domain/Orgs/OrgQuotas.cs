using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;

namespace Palisade.Domain.Orgs;

/// <summary>
/// What one organization may take of the installation (S08), where the operator said something else than what every
/// organization may; null: the same as everybody. What is above a lowered quota stays; nothing is added to it.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.org.quotas")]
public sealed record OrgQuotas
{
    public const int MaxApps = 1_000_000;
    public const int MaxBuildsAtOnce = 100;
    public const long MaxObjectBytes = 1L << 50;
    public const int MaxRequestsPerSecond = 1_000_000;
    public const int MaxReleasesPerMinute = 10_000;

    /// <summary>0 to <see cref="MaxApps"/>.</summary>
    [Id(0)]
    public int? Apps { get; init; }

    /// <summary>On one node; 1 to <see cref="MaxBuildsAtOnce"/>.</summary>
    [Id(1)]
    public int? BuildsAtOnce { get; init; }

    /// <summary>Of all uploads together; 0 to <see cref="MaxObjectBytes"/>.</summary>
    [Id(2)]
    public long? ObjectBytes { get; init; }

    /// <summary>
    /// Of all its people and keys together, with a burst of twice as many; 1 to <see cref="MaxRequestsPerSecond"/>.
    /// </summary>
    [Id(3)]
    public int? RequestsPerSecond { get; init; }

    /// <summary>1 to <see cref="OrgState.MaxMembers"/>.</summary>
    [Id(4)]
    public int? Members { get; init; }

    /// <summary>0 to <see cref="KeyRegistry.MaxKeys"/>.</summary>
    [Id(5)]
    public int? DeployKeys { get; init; }

    /// <summary>Of one app, by requests; 1 to <see cref="MaxReleasesPerMinute"/>.</summary>
    [Id(6)]
    public int? ReleasesPerMinute { get; init; }

    /// <summary>
    /// Newest releases of one app that are kept; 1 to <see cref="Domain.Apps.KeptReleases.MaxNewest"/>. With a lowered
    /// one what is above goes when the app gets its next release.
    /// </summary>
    [Id(7)]
    public int? KeptReleases { get; init; }

    /// <summary>Those of an organization that nothing was said of.</summary>
    public static OrgQuotas None { get; } = new();

    /// <summary>Problem: <c>org.quota_invalid</c>.</summary>
    internal Problem? Check() =>
        Check("apps", Apps, 0, MaxApps)
        ?? Check("builds at once", BuildsAtOnce, 1, MaxBuildsAtOnce)
        ?? Check("object bytes", ObjectBytes, 0, MaxObjectBytes)
        ?? Check("requests per second", RequestsPerSecond, 1, MaxRequestsPerSecond)
        ?? Check("members", Members, 1, OrgState.MaxMembers)
        ?? Check("deploy keys", DeployKeys, 0, KeyRegistry.MaxKeys)
        ?? Check("releases per minute", ReleasesPerMinute, 1, MaxReleasesPerMinute)
        ?? Check("kept releases", KeptReleases, 1, Domain.Apps.KeptReleases.MaxNewest);

    private static Invalid? Check(string what, long? value, long least, long most) =>
        value < least || value > most
            ? new("org.quota_invalid", $"a quota of {what} is {least} to {most}")
            {
                Suggestion = "leave it out for what every organization may",
            }
            : null;
}
