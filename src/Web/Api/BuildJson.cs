using Palisade.Domain.Builds;

namespace Palisade.Web.Api;

/// <summary>A build as the client reads it (convox-wire.md 5.2).</summary>
internal sealed record BuildJson
{
    public required string Id { get; init; }

    public required string App { get; init; }

    public required string Status { get; init; }

    public required string Release { get; init; }

    public required string Description { get; init; }

    public required string GitSha { get; init; }

    public required string Manifest { get; init; }

    public required string Reason { get; init; }

    public required string Entrypoint { get; init; }

    public required DateTimeOffset Started { get; init; }

    public DateTimeOffset Ended { get; init; }

    public static BuildJson Of(BuildState b) =>
        new()
        {
            Id = b.Id,
            App = b.App,
            Status = b.Status,
            Release = b.Release,
            Description = b.Description,
            GitSha = b.GitSha,
            Manifest = b.Manifest,
            Reason = b.Reason,
            Entrypoint = b.Entrypoint,
            Started = b.Started,
            Ended = b.Ended ?? DateTimeOffset.MinValue,
        };
}
