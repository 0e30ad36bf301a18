using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Releases;

/// <summary>
/// A release as listed; row of view <c>release</c>, keyed <c>rack/app/id</c>. The environment is by version, never by
/// value.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.release-view")]
public sealed record ReleaseView
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required string App { get; init; }

    [Id(2)]
    public required string Build { get; init; }

    [Id(3)]
    public required int EnvironmentVersion { get; init; }

    [Id(4)]
    public required string Description { get; init; }

    [Id(5)]
    public required DateTimeOffset Created { get; init; }

    [Id(6)]
    public required Principal By { get; init; }

    public static ReleaseView Of(AppRef app, ReleaseCreated e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new ReleaseView
        {
            Id = e.Id,
            App = app.App,
            Build = e.Build,
            EnvironmentVersion = e.EnvironmentVersion,
            Description = e.Description,
            Created = e.Created,
            By = e.By,
        };
    }
}

/// <summary>A stored environment; row of view <c>env</c>, keyed by AppProjection.EnvironmentKey.</summary>
public sealed record EnvironmentView(int Version, Sealed Values)
{
    /// <summary>Key to keyed fingerprint (S19).</summary>
    public ImmutableSortedDictionary<string, string> Keys { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
