namespace Palisade.Racks.Local.Rack;

/// <summary>What a container's init says about itself, in words that its reader can act on.</summary>
internal static class InitWords
{
    private const string Prefix = "ERROR (catatonit:";
    private const string NotStarted = "failed to exec pid1: ";

    private const string Hint =
        "Its first word has to be an executable program in the image (CMD or ENTRYPOINT in the Dockerfile, command in convox.yml)";

    /// <summary>The line as it is, unless it is the init's about a command that could not be started.</summary>
    public static string Explain(string line)
    {
        var at = line.StartsWith(Prefix, StringComparison.Ordinal)
            ? line.IndexOf(NotStarted, StringComparison.Ordinal)
            : -1;
        return at < 0 ? line : $"the command could not be started: {line[(at + NotStarted.Length)..]}. {Hint}";
    }
}
