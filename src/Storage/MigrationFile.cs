using System.Globalization;

namespace Palisade.Storage;

/// <summary>The embedded SQL files of one database, in order.</summary>
internal sealed record MigrationFile(int Version, string Name, string Sql)
{
    /// <param name="database">Folder of the files: <c>Sqlite</c> or <c>Postgres</c>.</param>
    public static List<MigrationFile> Of(string database)
    {
        var assembly = typeof(MigrationFile).Assembly;
        var prefix = $"Palisade.Storage.{database}.Migrations.";
        var files = new List<MigrationFile>();
        foreach (
            var resource in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[prefix.Length..];
            files.Add(new(int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), name, reader.ReadToEnd()));
        }

        return files.Select(file => file.Version).SequenceEqual(Enumerable.Range(1, files.Count))
            ? files
            : throw new InvalidOperationException("The numbers of the migrations have a gap.");
    }

    /// <summary>Those that a database of that version lacks.</summary>
    public static IEnumerable<MigrationFile> After(long version, List<MigrationFile> files) =>
        version <= files.Count
            ? files.Where(file => file.Version > version)
            : throw new StoreUnusableException(
                $"The database was written by a newer version (schema {version}, this version knows {files.Count}). Install that version again."
            );

    /// <summary>
    /// Refuses data that this version would have to change before it reads it. Whoever makes a backup because they are
    /// about to upgrade must not be sent on to the upgrade.
    /// </summary>
    /// <param name="where">The data.</param>
    /// <param name="how">To bring it to this version.</param>
    public static void RequireCurrent(long version, List<MigrationFile> files, string where, string how)
    {
        if (After(version, files).Any())
        {
            throw new StoreUnusableException(
                $"{where} is of an older version (schema {version}, this version knows {files.Count}). "
                    + "Make a backup before an upgrade with the palisade of the version that its servers run; "
                    + $"to go on with this one, {how}. Only a restore leads back."
            );
        }
    }
}
