using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Installation;

using InstallationDecision = Decision<InstallationEvent, Done>;

/// <summary>Decisions about backups. Writing and deleting their folders is a job's.</summary>
public static class InstallationBackups
{
    private const int MaxReason = 300;

    /// <summary>The answer is the backup's id. Problems: <c>backup.running</c>, <c>backup.limit</c>.</summary>
    public static Result<Decision<InstallationEvent, string>> Request(InstallationState state, DecideContext context)
    {
        if (state.Backups.Values.Any(b => b.Status == BackupStatus.Running))
        {
            return InstallationProblems.BackupRunning;
        }

        if (state.Backups.Count >= InstallationState.MaxBackups)
        {
            return InstallationProblems.TooManyBackups;
        }

        var id =
            $"{context.Now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{context.Ids.Hex(3)}";
        return new Decision<InstallationEvent, string>(id)
        {
            Events = [new BackupRequested(id, context.Caller.Principal.Id, context.Now)],
        };
    }

    public static Result<InstallationDecision> Written(
        InstallationState state,
        string id,
        long bytes,
        DecideContext context
    ) => End(state, id, new BackupWritten(id, bytes, context.Now));

    public static Result<InstallationDecision> Failed(
        InstallationState state,
        string id,
        string reason,
        DecideContext context
    ) => End(state, id, new BackupFailed(id, Printable.Line(reason, MaxReason), context.Now));

    /// <summary>Problems: <c>backup.not_found</c>, <c>backup.running</c>.</summary>
    public static Result<InstallationDecision> Delete(InstallationState state, string id) =>
        !state.Backups.TryGetValue(id ?? "", out var backup) ? InstallationProblems.BackupNotFound(id ?? "")
        : backup.Status == BackupStatus.Running ? InstallationProblems.BackupRunning
        : new InstallationDecision(default) { Events = [new BackupDeleted(backup.Id)] };

    // A report that comes again changes nothing.
    private static InstallationDecision End(InstallationState state, string id, InstallationEvent @event) =>
        new(default)
        {
            Events =
                state.Backups.TryGetValue(id, out var backup) && backup.Status == BackupStatus.Running ? [@event] : [],
        };
}
