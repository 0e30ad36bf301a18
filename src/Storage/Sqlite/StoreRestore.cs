using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Brings a backup back into a folder without data, voids credentials and declares the fork in the installation's log
/// (S06).
/// </summary>
internal static class StoreRestore
{
    // With the other details this stays below the bound of an entry; the digest covers all heads in any case.
    private const int NamedHeads = 50;

    public static async Task RunAsync(
        string backup,
        string dataDirectory,
        RestoreOptions options,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var note = BackupNote.Read(backup);
        var (from, to) = (
            new SqliteStoreOptions { DataDirectory = backup },
            new SqliteStoreOptions { DataDirectory = dataDirectory, KeysDirectory = options.KeysDirectory }
        );
        if (File.Exists(to.DatabasePath))
        {
            throw new StoreUnusableException(
                $"There is data in {dataDirectory}; a backup is restored into a folder without."
            );
        }

        if (!Keys.MasterKeyRing.Exists(to.KeysPath))
        {
            throw new StoreUnusableException(
                $"Put the master key ring that the backup was written with into {to.KeysPath} first."
            );
        }

        PrivateFiles.CloseFolder(dataDirectory);
        StoreBackup.CopyTree(from.LogsPath, to.LogsPath, cancellationToken);
        StoreBackup.CopyTree(from.ObjectsPath, to.ObjectsPath, cancellationToken);

        // The database last, and under its name only when whole: an interrupted restore leaves a folder without data.
        var draft = to.DatabasePath + ".restoring";
        File.Delete(draft);
        StoreBackup.Copy(from.DatabasePath, draft);
        File.Move(draft, to.DatabasePath);
        PrivateFiles.SyncFolder(dataDirectory);

        await using var store = SqliteStore.Open(to, clock, loggers);
        await store.DeclareForkAsync(note, options, cancellationToken);
    }

    /// <summary>The record of the fork; voiding credentials is part of the same transaction.</summary>
    public static Append Record(
        BackupNote note,
        RestoreOptions options,
        IReadOnlyList<(string Stream, Head Head)> heads
    )
    {
        var all = string.Concat(
            heads.Select(item =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{item.Stream} {item.Head.Seq} {Convert.ToHexStringLower(item.Head.Hash)}\n"
                )
            )
        );
        var details = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        details["backup"] = note.Id;
        details["taken"] = note.Taken.ToString("O", CultureInfo.InvariantCulture);
        details["streams"] = heads.Count.ToString(CultureInfo.InvariantCulture);
        details["headsDigest"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
        details["credentials"] = options.KeepCredentials ? "kept" : "revoked";
        foreach (
            var (stream, head) in heads
                .Where(item => item.Stream.StartsWith("org/", StringComparison.Ordinal))
                .Take(NamedHeads)
        )
        {
            details["head " + stream] = string.Create(
                CultureInfo.InvariantCulture,
                $"{head.Seq} {Convert.ToHexStringLower(head.Hash)}"
            );
        }

        var entry = new EntryDraft
        {
            Caller = new()
            {
                Principal = new(PrincipalKind.Operator, options.Operator, options.Operator),
                SignIn = "admin",
                Ip = "local",
                Client = "palisade admin restore",
                RequestId = note.Id,
            },
            Operation = "installation.restore",
            ResourceType = "Installation",
            Resource = "",
            Details = details.ToImmutable(),
        };
        return new() { Org = "", Writes = [new(StreamId.Installation("restore-" + note.Id), null, [entry])] };
    }
}
