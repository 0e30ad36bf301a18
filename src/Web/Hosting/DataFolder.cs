using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>What a data folder is of, told by what is in it.</summary>
internal static class DataFolder
{
    /// <summary>
    /// Refuses, without a database named, the folder of a server whose data is in PostgreSQL: an embedded store would
    /// be
    /// made beside it, which knows nothing of what runs.
    /// </summary>
    public static void Check(string folder, bool postgres)
    {
        if (
            !postgres
            && Directory.Exists(Path.Combine(folder, "racks"))
            && !File.Exists(Path.Combine(folder, "palisade.db"))
        )
        {
            throw new StoreUnusableException(
                $"{folder} has racks and no SQLite data: it is of a server whose data is in PostgreSQL. Give the Postgres__ variables of that server "
                    + "(Postgres__ConnectionString and its sisters), or name another folder."
            );
        }
    }
}
