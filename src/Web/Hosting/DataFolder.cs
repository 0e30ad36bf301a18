using System.Text;
using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>What a data folder is of: a server whose data is in PostgreSQL leaves a mark in it.</summary>
internal static class DataFolder
{
    private const string MarkName = "postgres";

    /// <summary>
    /// Refuses, without a database named, the folder of a server whose data is in PostgreSQL: an embedded store would
    /// be made beside it, which knows nothing of what runs.
    /// </summary>
    public static void Check(string folder, bool postgres)
    {
        var mark = Path.Combine(folder, MarkName);
        if (!postgres && File.Exists(mark) && !File.Exists(Path.Combine(folder, "palisade.db")))
        {
            throw new StoreUnusableException(
                $"{folder} is of a server whose data is in PostgreSQL. Give the Postgres__ variables of that server (Postgres__ConnectionString and its "
                    + $"sisters), or name another folder; only if you give up what is there, delete {mark}."
            );
        }
    }

    /// <summary>By a server that has opened its database.</summary>
    public static void MarkPostgres(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, MarkName), Encoding.UTF8.GetBytes("The data is in PostgreSQL.\n"));
}
