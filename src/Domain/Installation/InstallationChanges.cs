using System.Collections.Immutable;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Domain.Installation;

/// <summary>What records say that an event changed about the installation.</summary>
public static class InstallationChanges
{
    public static ChangeSet Of(InstallationState before, InstallationState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        if (!ReferenceEquals(before.Operators, after.Operators))
        {
            changes.Each("operators", [.. before.Operators.Keys], [.. after.Operators.Keys]);
        }

        changes.Each("outgoingNetworks", before.OutgoingNetworks, after.OutgoingNetworks);
        ChangeList.Map("backups", before.Backups, after.Backups, Backup);
        return changes.ToSet();

        void Backup(string path, Backup? was, Backup? now)
        {
            changes.Text($"{path}.status", was?.Status.ToString(), now?.Status.ToString());
            changes.Number($"{path}.bytes", BytesOf(was), BytesOf(now));
            changes.Text($"{path}.reason", was?.Reason, now?.Reason);
        }
    }

    private static long? BytesOf(Backup? backup) => backup is { Status: BackupStatus.Done } ? backup.Bytes : null;
}
