using System.Text;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Looks for secrets in files.</summary>
internal static class Traces
{
    /// <summary>Every file of these places, folders or files; links are not followed.</summary>
    public static IEnumerable<string> Below(params string[] places) =>
        places.SelectMany(place =>
            File.Exists(place)
                ? [place]
                : Directory.EnumerateFiles(
                    place,
                    "*",
                    new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        AttributesToSkip = FileAttributes.ReparsePoint,
                    }
                )
        );

    /// <summary>Which secrets a file holds, as <c>secret in file</c>.</summary>
    public static IEnumerable<string> In(string file, IEnumerable<string> secrets)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A socket, or gone since it was listed.
            yield break;
        }

        foreach (var secret in secrets.Where(s => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(s)) >= 0))
        {
            yield return $"{secret} in {file}";
        }
    }
}
