namespace Palisade.Driver;

/// <summary>Where things are in the working copy that the running test or benchmark was built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds Orleans.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the running program was built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The built server of the same configuration.</summary>
    public static string ServerAssembly { get; } =
        Path.Combine(Root, "src", "Web", "bin", Configuration, "net10.0", "Palisade.Web.dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Orleans.sln above {AppContext.BaseDirectory}.");
    }
}
