using System.Text;
using Microsoft.Data.Sqlite;

namespace Palisade.Grains.Tests.Hosting;

/// <summary>Where a server's folder holds a text, in any case.</summary>
internal static class Traces
{
    /// <summary>
    /// Columns of all tables, and words of the indexes, which no bytes of a file show; each as <c>table.column</c>.
    /// </summary>
    public static IEnumerable<string> InTables(string folder, string text) =>
        Files(folder).Where(IsDatabase).SelectMany(path => InDatabase(path, text)).Distinct();

    /// <summary>Bytes of all files, below the folder: of what was deleted there as well.</summary>
    public static IEnumerable<string> InFiles(string folder, string text) =>
        Files(folder)
            .Where(path => Encoding.Latin1.GetString(Read(path)).Contains(text, StringComparison.OrdinalIgnoreCase))
            .Select(path => Path.GetRelativePath(folder, path));

    private static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".lock", StringComparison.Ordinal));

    private static bool IsDatabase(string path) => path.EndsWith(".db", StringComparison.Ordinal);

    private static IEnumerable<string> InDatabase(string path, string text)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        var tables = Rows(connection, "SELECT name, sql FROM sqlite_schema WHERE type = 'table'").ToList();
        foreach (var (table, sql) in tables.Select(row => ((string)row[0].Value, row[1].Value as string ?? "")))
        {
            var isIndex = sql.Contains("USING fts5", StringComparison.OrdinalIgnoreCase);
            if (isIndex)
            {
                using var command = connection.CreateCommand();
                command.CommandText =
                    $"CREATE VIRTUAL TABLE temp.words_of_{table} USING fts5vocab (main, '{table}', row)";
                command.ExecuteNonQuery();
            }

            var found = Rows(connection, $"SELECT * FROM \"{(isIndex ? $"words_of_{table}" : table)}\"")
                .SelectMany(row => row)
                .Where(cell => Text(cell.Value).Contains(text, StringComparison.OrdinalIgnoreCase))
                .Select(cell => $"{table}.{cell.Column}")
                .Distinct()
                .ToList();
            foreach (var place in found)
            {
                yield return place;
            }
        }
    }

    private static IEnumerable<(string Column, object Value)[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return
            [
                .. Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), reader.GetValue(i))),
            ];
        }
    }

    private static string Text(object value) => value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : $"{value}";

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var all = new byte[file.Length];
        file.ReadExactly(all);
        return all;
    }
}
