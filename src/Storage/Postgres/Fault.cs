using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>What went wrong, by SQLSTATE. The class PA is that of the migrations' own functions.</summary>
internal static class Fault
{
    /// <summary>A job is not, or no longer, what it is to be.</summary>
    public const string Fenced = "PA003";

    /// <summary>There is as much as there may be.</summary>
    public const string Limit = "PA004";

    /// <summary>Undone as a whole: the append may not be, or somebody else was in the way.</summary>
    public static bool IsUndone(Exception exception) =>
        // Serialization failures, deadlocks, and time-outs of locks and statements.
        IsRefusal(exception) || StateOf(exception) is "40001" or "40P01" or "55P03" or "57014";

    /// <summary>Undone, by what others have committed.</summary>
    public static bool IsRefusal(Exception exception) =>
        StateOf(exception) is "PA001" or Fenced or Limit or "PA005" or "23505";

    /// <summary>Somebody else has written the log meanwhile.</summary>
    public static bool IsOtherLog(Exception exception) => StateOf(exception) is "PA006";

    /// <summary>A stream belongs to another organization.</summary>
    public static bool IsForeign(Exception exception) => StateOf(exception) is "PA002";

    /// <summary>The connection broke, or there was none: nobody knows whether it was committed.</summary>
    public static bool IsUnknown(Exception exception) =>
        StateOf(exception) is { } state
            // Connections, resources, the server's stop and start.
            ? state.StartsWith("08", StringComparison.Ordinal)
                || state.StartsWith("53", StringComparison.Ordinal)
                || state.StartsWith("57P", StringComparison.Ordinal)
                // It takes no writes for now, as managed servers do whose disk is nearly full.
                || state is "40003" or "25006"
            : exception is NpgsqlException;

    /// <summary>Worth another try, of what may run twice.</summary>
    public static bool IsPassing(Exception exception) =>
        IsUnknown(exception) || StateOf(exception) is "40001" or "40P01" or "23505";

    private static string? StateOf(Exception exception) => (exception as PostgresException)?.SqlState;
}
