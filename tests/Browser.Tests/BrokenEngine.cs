using System.Diagnostics;
using System.Globalization;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>
/// The container service of a server's rack is gone and can't be started, until this is disposed: a folder stands where
/// it notes its process.
/// </summary>
internal sealed class BrokenEngine : IDisposable
{
    /// <summary>What the rack says of it.</summary>
    public const string Why = "engine.pid";

    private readonly string _inTheWay;

    private BrokenEngine(string inTheWay) => _inTheWay = inTheWay;

    public static BrokenEngine Of(ServerProcess server)
    {
        var noted = Directory
            .EnumerateFiles(
                Path.Combine(server.Data, "racks"),
                "engine.pid",
                new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }
            )
            .Single();
        using var service = Process.GetProcessById(int.Parse(File.ReadAllText(noted), CultureInfo.InvariantCulture));
        File.Delete(noted);
        Directory.CreateDirectory(noted);
        service.Kill();
        service.WaitForExit();
        return new BrokenEngine(noted);
    }

    public void Dispose() => Directory.Delete(_inTheWay);
}
