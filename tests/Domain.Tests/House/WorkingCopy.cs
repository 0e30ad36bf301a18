namespace Palisade.Domain.Tests.House;

/// <summary>The repository's own files, as the tests of the house see them.</summary>
internal static class WorkingCopy
{
    private static readonly string[] NotOurs =
    [
        "bin",
        "obj",
        "node_modules",
        ".git",
        ".dev",
        "data",
        "artifacts",
        "lib",
    ];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Paths relative to the root, below the given folders, without what builds write.</summary>
    public static IEnumerable<string> Files(string pattern, params string[] folders) =>
        folders
            .SelectMany(folder => Walk(new DirectoryInfo(Path.Combine(Root, folder))))
            .Where(file => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, file.Name))
            .Select(file => Path.GetRelativePath(Root, file.FullName))
            .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Folders(params string[] folders) =>
        folders
            .SelectMany(folder => Inner(new DirectoryInfo(Path.Combine(Root, folder))))
            .Select(folder => Path.GetRelativePath(Root, folder.FullName));

    private static IEnumerable<DirectoryInfo> Inner(DirectoryInfo folder) =>
        folder
            .EnumerateDirectories()
            .Where(inner => !NotOurs.Contains(inner.Name))
            .SelectMany(inner => Inner(inner).Prepend(inner));

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        Inner(folder).Prepend(folder).SelectMany(inner => inner.EnumerateFiles());

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"No Orleans.sln above {AppContext.BaseDirectory}.");
    }
}
