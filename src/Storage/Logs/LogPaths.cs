namespace Palisade.Storage.Logs;

/// <summary>
/// The grammar of log names: 2 to 8 parts of <c>A–Z a–z 0–9 . _ -</c> (not <c>.</c> or <c>..</c>), 1 to 128 characters
/// each; the second is the org.
/// </summary>
internal static class LogPaths
{
    // Not in the grammar, so a log's own folder never meets that of a log below it.
    public const string OwnFolder = "@";

    public static void Check(string log)
    {
        var parts = log.Split('/');
        if (parts.Length is < 2 or > 8 || !parts.All(IsPart))
        {
            throw new ArgumentException("Not the name of a log.", nameof(log));
        }
    }

    public static string Org(string log) => log.Split('/')[1];

    public static string Folder(string root, string log) => Path.Combine([root, .. log.Split('/'), OwnFolder]);

    private static bool IsPart(string part) =>
        part is { Length: > 0 and <= 128 } and not ("." or "..")
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
