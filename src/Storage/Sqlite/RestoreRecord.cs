using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Operating;
using static Palisade.Storage.Operating.OperatorRecord;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// The declared fork of a restored backup (S06): in each log a record with the last checkpoint that the backup knew,
/// from which the log goes on in another way than it may have gone before, and in the installation's log all of them.
/// </summary>
internal static class RestoreRecord
{
    // With the other details this stays below the bound of an entry; the digest covers all logs in any case.
    private const int NamedLogs = 50;

    public static List<Append> Of(Connection connection, BackupNote note, RestoreOptions options, int erasedAgain)
    {
        var heads = HeadQuery.All(connection);
        var logs = LogTable
            .Orgs(connection)
            .Select(org => (Org: org, Last: CheckpointTable.Find(connection, org, null)));
        var known = logs.ToDictionary(log => log.Org, log => log.Last, StringComparer.Ordinal);
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
                    null,
                    about.AddRange(Checkpoint(log.Value))
                )
            )
            .ToList();
        var lines = known.Select(log => $"{log.Key} {Line(log.Value)}\n").Order(StringComparer.Ordinal).ToList();
        var all = about
            .AddRange(Checkpoint(known.GetValueOrDefault("")))
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
        appends.Add(record.In("", StreamId.Installation(DeclaredFork.NodeOf(note.Id)), null, all));
        return appends;
    }

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
