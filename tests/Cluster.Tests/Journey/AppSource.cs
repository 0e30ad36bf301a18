using Palisade.Driver;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// A copy of one of the test apps with a static busybox beside its Dockerfile, to be changed and deployed.
/// </summary>
public sealed class AppSource : IDisposable
{
    private AppSource(string folder) => Folder = folder;

    public string Folder { get; }

    public static AppSource Of(string name)
    {
        var source = new AppSource(Directory.CreateTempSubdirectory("app").FullName);
        Copy(new DirectoryInfo(Path.Combine(Repository.Root, "tests", "Cluster.Tests", "Apps", name)), source.Folder);
        File.Copy("/bin/busybox", Path.Combine(source.Folder, "busybox"));
        return source;
    }

    /// <summary>Only what is written with <see cref="With"/>.</summary>
    public static AppSource Empty() => new(Directory.CreateTempSubdirectory("app").FullName);

    public AppSource With(string file, string text)
    {
        File.WriteAllText(Path.Combine(Folder, file), text);
        return this;
    }

    /// <summary>Replaces text of a file, which must be there.</summary>
    public AppSource Replace(string file, string old, string text)
    {
        var before = File.ReadAllText(Path.Combine(Folder, file));
        Assert.Contains(old, before, StringComparison.Ordinal);
        return With(file, before.Replace(old, text, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in from.EnumerateFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
        }

        foreach (var folder in from.EnumerateDirectories())
        {
            Copy(folder, Path.Combine(to, folder.Name));
        }
    }
}
