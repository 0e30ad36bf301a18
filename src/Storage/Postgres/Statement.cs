using Npgsql;
using NpgsqlTypes;

namespace Palisade.Storage.Postgres;

/// <summary>
/// One SQL statement with its parameters, bound in order with <c>Add</c> to <c>$1</c>, <c>$2</c> and so on. It can be
/// sent again.
/// </summary>
internal sealed class Statement(string sql)
{
    private readonly List<NpgsqlParameter> _parameters = [];
    private NpgsqlBatchCommand? _sent;

    /// <summary>The only column of rows that name a topic, which others are told of after the commit.</summary>
    public const string Topic = "topic";

    public static Statement Of(string sql) => new(sql);

    /// <summary>
    /// First of a transaction that ends before it is on the disk, and does not make appends wait for that: a crash of
    /// the server may undo it, with nothing that came before it. Never of what somebody is told is done.
    /// </summary>
    public static Statement Relaxed() => new("SELECT set_config('synchronous_commit', 'off', true)");

    public Statement Add(long value) => Bound(new NpgsqlParameter<long> { TypedValue = value });

    public Statement Add(int value) => Bound(new NpgsqlParameter<int> { TypedValue = value });

    public Statement Add(bool value) => Bound(new NpgsqlParameter<bool> { TypedValue = value });

    public Statement Add(long? value) => value is { } given ? Add(given) : AddNull(NpgsqlDbType.Bigint);

    public Statement Add(string? value) =>
        value is null
            ? AddNull(NpgsqlDbType.Text)
            : Bound(new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text });

    public Statement Add(DateTimeOffset value) => Add(StoreTime.ToMicroseconds(value));

    public Statement Add(DateTimeOffset? value) => Add(value is { } given ? StoreTime.ToMicroseconds(given) : null);

    public Statement Add(string?[] values) => Bound(new NpgsqlParameter<string?[]> { TypedValue = values });

    public Statement Add(long[] values) => Bound(new NpgsqlParameter<long[]> { TypedValue = values });

    public Statement Add(int[] values) => Bound(new NpgsqlParameter<int[]> { TypedValue = values });

    public Statement Add(bool[] values) => Bound(new NpgsqlParameter<bool[]> { TypedValue = values });

    public Statement Add(byte[][] values) => Bound(new NpgsqlParameter<byte[][]> { TypedValue = values });

    /// <summary>Texts that are UTF-8 already.</summary>
    public Statement AddUtf8(byte[][] values) =>
        Bound(
            new NpgsqlParameter<byte[][]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }
        );

    /// <summary>Text that comes from programs, which may hold what PostgreSQL can't: the character U+0000.</summary>
    public Statement AddOutput(string? value) => Add(value?.Replace('\0', '\uFFFD'));

    public Statement AddBlob(byte[] value) => AddBlob(value.AsMemory());

    public Statement AddBlob(ReadOnlyMemory<byte> value) =>
        Bound(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea });

    public NpgsqlBatchCommand ToCommand()
    {
        // A parameter belongs to one command at a time, and a command to one connection.
        _sent?.Parameters.Clear();
        _sent = new(sql);
        _parameters.ForEach(parameter => _sent.Parameters.Add(parameter));
        return _sent;
    }

    /// <summary>On a connection, within what it is in the middle of.</summary>
    public async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ToCommand() } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private Statement AddNull(NpgsqlDbType type) =>
        Bound(new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type });

    private Statement Bound(NpgsqlParameter parameter)
    {
        _parameters.Add(parameter);
        return this;
    }
}
