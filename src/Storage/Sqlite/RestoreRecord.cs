using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

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
        var about = Details(
            ("backup", note.Id),
            ("taken", note.Taken.ToString("O", CultureInfo.InvariantCulture)),
            ("credentials", options.KeepCredentials ? "kept" : "revoked"),
            ("erasedAgain", Text(erasedAgain))
        );
        var appends = known
            .Where(log => log.Key.Length > 0)
            .Select(log =>
                AppendOf(
                    log.Key,
                    StreamId.Records(log.Key, DeclaredFork.NodeOf(note.Id)),
                    about.AddRange(Checkpoint(log.Value)),
                    note,
                    options
                )
            )
            .ToList();
        var lines = known.Select(log => $"{log.Key} {Line(log.Value)}\n").Order(StringComparer.Ordinal).ToList();
        var all = about
            .AddRange(Checkpoint(known.GetValueOrDefault("")))
            .Add("streams", Text(heads.Count))
            .Add(
                "headsDigest",
                Digest(
                    heads.Select(head => $"{head.Stream} {head.Head.Seq} {Convert.ToHexStringLower(head.Head.Hash)}\n")
                )
            )
            .Add("logs", Text(known.Count))
            .Add("logsDigest", Digest(lines))
            .AddRange(
                known
                    .Where(log => log.Key.Length > 0)
                    .OrderBy(log => log.Key, StringComparer.Ordinal)
                    .Take(NamedLogs)
                    .Select(log => KeyValuePair.Create("log " + log.Key, Line(log.Value)))
            );
        appends.Add(AppendOf("", StreamId.Installation(DeclaredFork.NodeOf(note.Id)), all, note, options));
        return appends;
    }

    private static Append AppendOf(
        string org,
        StreamId stream,
        ImmutableSortedDictionary<string, string> details,
        BackupNote note,
        RestoreOptions options
    ) =>
        new()
        {
            Org = org,
            Writes =
            [
                new(
                    stream,
                    null,
                    [
                        new()
                        {
                            Caller = new()
                            {
                                Principal = new(PrincipalKind.Operator, options.Operator, options.Operator),
                                SignIn = "admin",
                                Ip = "local",
                                Client = "palisade admin restore",
                                RequestId = note.Id,
                            },
                            Operation = Operations.InstallationRestore.Name,
                            ResourceType = Operations.InstallationRestore.Type.ToString(),
                            Resource = "",
                            Details = details,
                        },
                    ]
                ),
            ],
        };

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

    private static ImmutableSortedDictionary<string, string> Details(params (string Key, string Value)[] details) =>
        details.ToImmutableSortedDictionary(detail => detail.Key, detail => detail.Value, StringComparer.Ordinal);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
}
