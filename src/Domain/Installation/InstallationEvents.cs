using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Installation;

/// <summary>
/// Facts about the installation itself (S04). What operators did to organizations and accounts is in the streams of
/// those.
/// </summary>
public abstract record InstallationEvent : IDomainEvent;

[Event("installation.operator_added")]
[GenerateSerializer, Immutable, Alias("palisade.installation.operator-added")]
public sealed record OperatorAdded([property: Id(0)] string UserId, [property: Id(1)] DateTimeOffset At)
    : InstallationEvent;

[Event("installation.operator_removed")]
[GenerateSerializer, Immutable, Alias("palisade.installation.operator-removed")]
public sealed record OperatorRemoved([property: Id(0)] string UserId) : InstallationEvent;

[Event("installation.outgoing_networks_set")]
[GenerateSerializer, Immutable, Alias("palisade.installation.outgoing-networks-set")]
public sealed record OutgoingNetworksSet([property: Id(0)] ImmutableArray<string> Networks) : InstallationEvent;

[Event("installation.backup_requested")]
[GenerateSerializer, Immutable, Alias("palisade.installation.backup-requested")]
public sealed record BackupRequested(
    [property: Id(0)] string BackupId,
    [property: Id(1)] string By,
    [property: Id(2)] DateTimeOffset At
) : InstallationEvent;

[Event("installation.backup_written")]
[GenerateSerializer, Immutable, Alias("palisade.installation.backup-written")]
public sealed record BackupWritten(
    [property: Id(0)] string BackupId,
    [property: Id(1)] long Bytes,
    [property: Id(2)] DateTimeOffset At
) : InstallationEvent;

[Event("installation.backup_failed")]
[GenerateSerializer, Immutable, Alias("palisade.installation.backup-failed")]
public sealed record BackupFailed(
    [property: Id(0)] string BackupId,
    [property: Id(1)] string Reason,
    [property: Id(2)] DateTimeOffset At
) : InstallationEvent;

[Event("installation.backup_deleted")]
[GenerateSerializer, Immutable, Alias("palisade.installation.backup-deleted")]
public sealed record BackupDeleted([property: Id(0)] string BackupId) : InstallationEvent;
