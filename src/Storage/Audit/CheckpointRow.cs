using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>A row of checkpoint.</summary>
internal static class CheckpointRow
{
    public const string Columns = "size, note, at";

    public static StoredCheckpoint Read(IRow row) =>
        new(
            row.Int64(0),
            SignedNote.TryParse(row.Text(1), out var note)
                ? note
                : throw new InvalidDataException("A stored checkpoint is no signed note."),
            row.Time(2)
        );
}
