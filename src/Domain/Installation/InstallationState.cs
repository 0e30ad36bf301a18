using System.Collections.Immutable;

namespace Palisade.Domain.Installation;

/// <summary>What decisions need of the installation: the fold of its stream.</summary>
[GenerateSerializer, Immutable, Alias("palisade.installation.state")]
public sealed record InstallationState
{
    public const int MaxOperators = 50;
    public const int MaxNetworks = 50;
    public const int MaxBackups = 100;

    /// <summary>Since when, by user id; at most <see cref="MaxOperators"/>.</summary>
    [Id(0)]
    public ImmutableSortedDictionary<string, DateTimeOffset> Operators { get; init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>
    /// Networks beyond the public internet that webhooks and the like may be sent to (S12), in CIDR form; at most
    /// <see cref="MaxNetworks"/>.
    /// </summary>
    [Id(1)]
    public ImmutableArray<string> OutgoingNetworks { get; init; } = [];

    /// <summary>By id, at most <see cref="MaxBackups"/>.</summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, Backup> Backups { get; init; } =
        ImmutableSortedDictionary<string, Backup>.Empty;

    public bool IsOperator(string? userId) => userId is not null && Operators.ContainsKey(userId);

    /// <summary>Folds an event. Total: it never refuses; replay and the live path share it.</summary>
    public static InstallationState Apply(InstallationState state, InstallationEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        return @event switch
        {
            OperatorAdded e => state with { Operators = state.Operators.SetItem(e.UserId, e.At) },
            OperatorRemoved e => state with { Operators = state.Operators.Remove(e.UserId) },
            OutgoingNetworksSet e => state with { OutgoingNetworks = e.Networks },
            BackupRequested e => state with
            {
                Backups = state.Backups.SetItem(
                    e.BackupId,
                    new()
                    {
                        Id = e.BackupId,
                        By = e.By,
                        Requested = e.At,
                    }
                ),
            },
            BackupWritten e => With(
                state,
                e.BackupId,
                b => b with { Status = BackupStatus.Done, Bytes = e.Bytes, Ended = e.At }
            ),
            BackupFailed e => With(
                state,
                e.BackupId,
                b => b with { Status = BackupStatus.Failed, Reason = e.Reason, Ended = e.At }
            ),
            BackupDeleted e => state with { Backups = state.Backups.Remove(e.BackupId) },
            _ => state,
        };
    }

    private static InstallationState With(InstallationState state, string id, Func<Backup, Backup> change) =>
        state.Backups.TryGetValue(id, out var backup)
            ? state with
            {
                Backups = state.Backups.SetItem(id, change(backup)),
            }
            : state;
}
