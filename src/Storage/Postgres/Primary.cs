using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>
/// INVARIANT: no connection is to a standby, which would answer with what was and commit nothing. A server that takes
/// over, or is put back, breaks its connections, so each is asked once.
/// </summary>
internal static class Primary
{
    private const string IsStandby = "SELECT pg_is_in_recovery()";

    public static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Check, CheckAsync);
        return builder.Build();
    }

    private static void Check(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(IsStandby, connection);
        Refuse(connection, command.ExecuteScalar());
    }

    private static async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(IsStandby, connection);
        Refuse(connection, await command.ExecuteScalarAsync());
    }

    private static void Refuse(NpgsqlConnection connection, object? isStandby)
    {
        if (isStandby is true)
        {
            throw new NpgsqlException(
                $"{connection.Host} is a standby. Name the primary, or all of them with Target Session Attributes=primary"
            );
        }
    }
}
