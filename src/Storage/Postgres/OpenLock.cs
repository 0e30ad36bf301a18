using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Held by a session: shared by whoever has the database open, and alone by whoever changes what those have in memory.
/// </summary>
internal static class OpenLock
{
    // Of a process that was just killed the server may not know yet.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int Tries = 50;

    /// <summary>False when somebody has it alone.</summary>
    public static Task<bool> TryShareAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        TryAsync(connection, "SELECT pg_try_advisory_lock_shared(hashtextextended('open', 1))", cancellationToken);

    /// <summary>False when anybody has it.</summary>
    public static Task<bool> TryAloneAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        TryAsync(connection, "SELECT pg_try_advisory_lock(hashtextextended('open', 1))", cancellationToken);

    private static async Task<bool> TryAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(sql, connection);
        for (var tries = 1; ; tries++)
        {
            if ((bool)(await command.ExecuteScalarAsync(cancellationToken))!)
            {
                return true;
            }

            if (tries == Tries)
            {
                return false;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
