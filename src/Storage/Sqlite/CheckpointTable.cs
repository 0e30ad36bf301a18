using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of checkpoint.</summary>
internal static class CheckpointTable
{
    public static void Insert(WriteSession session, string org, Checkpoint checkpoint, SignedNote note) =>
        session
            .Prepare("INSERT INTO checkpoint (org, size, root, note, at) VALUES (?, ?, ?, ?, ?)")
            .Add(org)
            .Add(checkpoint.Size)
            .AddBlob(checkpoint.Root.Span)
            .Add(note.ToString())
            .Add(session.Now)
            .Run();

    public static StoredCheckpoint? Find(Connection connection, string org, long? size)
    {
        using var row = connection
            .Prepare(
                $"SELECT {CheckpointRow.Columns} FROM checkpoint WHERE org = ?1 AND (?2 IS NULL OR size = ?2) ORDER BY size DESC LIMIT 1"
            )
            .Add(org)
            .Add(size);
        return row.Step() ? CheckpointRow.Read(row) : null;
    }

    public static List<PublishedNote> Notes(Connection connection, string org, long after, int limit) =>
        connection
            .Prepare("SELECT size, note FROM checkpoint WHERE org = ? AND size > ? ORDER BY size LIMIT ?")
            .Add(org)
            .Add(after)
            .Add(limit)
            .All(row => new PublishedNote(row.Int64(0), row.Text(1)));
}
