using Palisade.Cluster.Tests.Deploy;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Upgrade;

/// <summary>
/// The server of an earlier commit, built once: of the one that <c>PALISADE_UPGRADE_FROM</c> names, or of sixty commits
/// ago.
/// </summary>
internal static class EarlierBuild
{
    private static readonly Dictionary<string, string> Nothing = [];

    public static async Task<string> ServerAsync()
    {
        var from = Environment.GetEnvironmentVariable("PALISADE_UPGRADE_FROM") ?? "HEAD~60";
        var commit = (await ShAsync($"git -C '{Repository.Root}' rev-parse --verify '{from}^{{commit}}'")).Trim();
        var folder = Path.Combine(Repository.Root, ".dev", "upgrade", commit);
        var server = Path.Combine(folder, "src", "Web", "bin", "Debug", "net10.0", "Palisade.Web.dll");
        if (!File.Exists(server))
        {
            Directory.CreateDirectory(folder);
            await ShAsync($"git -C '{Repository.Root}' archive {commit} | tar -x -C '{folder}'");
            await ShAsync($"dotnet build '{folder}/src/Web' -v quiet --nologo");
        }

        return server;
    }

    private static Task<string> ShAsync(string command) => Run.AsLongAsItTakesAsync(Nothing, "sh", "-c", command);
}
