using System.Runtime.CompilerServices;

namespace Palisade.Domain.Tests;

/// <summary>
/// Compares text with a file beside the test. Run with <c>PALISADE_UPDATE_SNAPSHOTS=1</c> to write it; the change is
/// then in the review.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string actual, string file, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, file);
        if (Environment.GetEnvironmentVariable("PALISADE_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing; run with PALISADE_UPDATE_SNAPSHOTS=1");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
