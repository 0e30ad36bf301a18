namespace Palisade.Browser.Tests;

/// <summary>
/// The source of an app whose process ends as soon as it begins, or whose build does what it should not.
/// </summary>
internal sealed class BrokenSource : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("palisade-broken-");

    /// <param name="last">The last line of its Dockerfile.</param>
    public BrokenSource(string last = "CMD [\"/bin/busybox\", \"false\"]")
    {
        File.Copy("/bin/busybox", Path.Combine(Folder, "busybox"));
        File.WriteAllText(Path.Combine(Folder, "Dockerfile"), $"FROM scratch\nCOPY busybox /bin/busybox\n{last}\n");
        File.WriteAllText(
            Path.Combine(Folder, "convox.yml"),
            "services:\n  web:\n    build: .\n    port: 3000\n    scale:\n      cpu: 100\n      memory: 64\n"
        );
    }

    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
