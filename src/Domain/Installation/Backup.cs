using System.Text.Json.Serialization;

namespace Palisade.Domain.Installation;

[GenerateSerializer, Alias("palisade.installation.backup-status")]
[JsonConverter(typeof(JsonStringEnumConverter<BackupStatus>))]
public enum BackupStatus
{
    Running,
    Done,
    Failed,
}

/// <summary>A backup that was asked for.</summary>
[GenerateSerializer, Immutable, Alias("palisade.installation.backup")]
public sealed record Backup
{
    /// <summary>Name of its folder; sorts by time.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>User id of the operator.</summary>
    [Id(1)]
    public required string By { get; init; }

    [Id(2)]
    public required DateTimeOffset Requested { get; init; }

    [Id(3)]
    public BackupStatus Status { get; init; }

    [Id(4)]
    public DateTimeOffset? Ended { get; init; }

    [Id(5)]
    public long Bytes { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(6)]
    public string? Reason { get; init; }
}
