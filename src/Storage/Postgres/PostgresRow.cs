using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>The row that a reader stands at.</summary>
internal sealed class PostgresRow(NpgsqlDataReader reader) : IRow
{
    public long Int64(int column) => reader.GetInt64(column);

    public string Text(int column) => reader.GetString(column);

    public byte[] Blob(int column) => reader.GetFieldValue<byte[]>(column);

    public bool IsNull(int column) => reader.IsDBNull(column);
}
