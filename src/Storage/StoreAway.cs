using Microsoft.Data.Sqlite;
using Npgsql;
using Palisade.Storage.Postgres;

namespace Palisade.Storage;

/// <summary>Tells a database that can't be used for a while from everything else that goes wrong.</summary>
public static class StoreAway
{
    // https://www.sqlite.org/rescode.html
    private const int SqliteBusy = 5;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;

    /// <summary>
    /// What says so: PostgreSQL is not reached, starts, stops or has no room; the disk of the embedded database is full
    /// or fails. Null when it is something else.
    /// </summary>
    public static Exception? FaultIn(Exception? exception) =>
        exception switch
        {
            null => null,
            NpgsqlException when Fault.IsUnknown(exception) => exception,
            SqliteException { SqliteErrorCode: SqliteBusy or SqliteIoError or SqliteFull } => exception,
            _ => FaultIn(exception.InnerException),
        };
}
