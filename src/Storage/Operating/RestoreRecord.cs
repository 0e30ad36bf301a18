using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using static Palisade.Storage.Operating.OperatorRecord;

namespace Palisade.Storage.Operating;

/// <summary>
/// The declared fork of a restored backup (S06): in each log a record with the last checkpoint that the backup knew,
/// from which the log goes on in another way than it may have gone before, and in the installation's log all of them.
/// </summary>
internal static class RestoreRecord
{
    // With the other details this stays below the bound of an entry; the digest covers all logs in any case.
    private const int NamedLogs = 50;

    /// <param name="known">The last checkpoint of each log.</param>
    /// <param name="erasedAgain">Data keys that the backup still had although they had been destroyed.</param>
    /// <returns>That of the installation's log is the last one.</returns>
    public static List<Append> Of(
        IReadOnlyCollection<(string Stream, Head Head)> heads,
        IReadOnlyDictionary<string, StoredCheckpoint?> known,
        BackupNote note,
        RestoreOptions options,
        int erasedAgain
    )
    {
        var record = new OperatorRecord(options.Operator, Operations.InstallationRestore, note.Id);
        var about = Details(
            ("backup", note.Id),
            ("taken", note.Taken.ToString("O", CultureInfo.InvariantCulture)),
            ("credentials", options.KeepCredentials ? "kept" : "revoked"),
            ("erasedAgain", Text(erasedAgain))
        );
        var appends = known
            .Where(log => log.Key.Length > 0)
            .Select(log =>
                record.In(
                    log.Key,
                    StreamId.Records(log.Key, DeclaredFork.NodeOf(note.Id)),
                    0,
                    about.AddRange(Checkpoint(log.Value))
                )
            )
            .ToList();
        var lines = known.Select(log => $"{log.Key} {Line(log.Value)}\n").Order(StringComparer.Ordinal).ToList();
        var all = about
            .AddRange(Checkpoint(known.TryGetValue("", out var own) ? own : null))
            .Add("streams", Text(heads.Count))
            .Add("headsDigest", DigestOf(heads))
            .Add("logs", Text(known.Count))
            .Add("logsDigest", Digest(lines))
            .AddRange(
                known
                    .Where(log => log.Key.Length > 0)
                    .OrderBy(log => log.Key, StringComparer.Ordinal)
                    .Take(NamedLogs)
                    .Select(log => KeyValuePair.Create("log " + log.Key, Line(log.Value)))
            );
        appends.Add(record.In("", StreamOf(note), 0, all));
        return appends;
    }

    /// <summary>Of the installation's log; it is there when everything was declared.</summary>
    public static StreamId StreamOf(BackupNote note) => StreamId.Installation(DeclaredFork.NodeOf(note.Id));

    /// <summary>What is restored opens for nobody then.</summary>
    public static StoreUnusableException Undeclared() =>
        new("The fork could not be recorded in every log: the restore is not done. Begin it again.");

    private static IEnumerable<KeyValuePair<string, string>> Checkpoint(StoredCheckpoint? last) =>
        last is null
            ? []
            :
            [
                new("checkpointOrigin", last.Checkpoint.Origin),
                new("checkpointSize", Text(last.Size)),
                new("checkpointRoot", Convert.ToBase64String(last.Checkpoint.Root.Span)),
            ];

    private static string Line(StoredCheckpoint? last) =>
        last is null ? "no checkpoint" : $"{Text(last.Size)} {Convert.ToBase64String(last.Checkpoint.Root.Span)}";
}
