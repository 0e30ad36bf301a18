using System.Text.RegularExpressions;

namespace Palisade.Domain.Manifest;

/// <summary>
/// Strict grammars of values that reach a router's configuration, an engine's options or a builder's command line (S18,
/// S24, S27). What does not match is refused, never cleaned.
/// </summary>
public static partial class ManifestGrammar
{
    private static readonly string[] SystemFolders =
    [
        "/proc",
        "/sys",
        "/dev",
        "/etc/hosts",
        "/etc/hostname",
        "/etc/resolv.conf",
    ];

    /// <summary>A path and query of RFC 3986 characters without quotes: starts with <c>/</c>, at most 512.</summary>
    public static bool IsRequestPath(string text) => text.Length <= 512 && RequestPath().IsMatch(text);

    /// <summary>A label's key: letters, digits, <c>. _ / -</c>, a letter or digit first, at most 128.</summary>
    public static bool IsLabelKey(string text) => LabelKey().IsMatch(text);

    /// <summary>A label's value: letters, digits and <c>. _ / : @ + -</c>, at most 256; may be empty.</summary>
    public static bool IsLabelValue(string text) => LabelValue().IsMatch(text);

    /// <summary>A label that means something to the rack and cannot be set by an app.</summary>
    public static bool IsReservedLabel(string key) =>
        key is "system" or "rack" or "app" or "name" or "service" or "release" or "type"
        || key.StartsWith("palisade", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("convox", StringComparison.OrdinalIgnoreCase);

    /// <summary>A variable's name: letters, digits, <c>_ . -</c>, no digit first, at most 256.</summary>
    public static bool IsVariable(string text) => Variable().IsMatch(text);

    /// <summary>
    /// A path inside the source archive, normalised to <c>/</c> between parts (<c>.</c> for the root): relative, no
    /// <c>..</c>, no backslash, no control character, no leading dash, at most 1024 (S18).
    /// </summary>
    public static bool TryArchivePath(string text, out string path)
    {
        path = "";
        if (text.Length is 0 or > 1024 || text[0] is '/' or '-' || text.Any(c => c is '\\' or '"' || char.IsControl(c)))
        {
            return false;
        }

        var parts = text.Split('/').Where(p => p is not ("" or ".")).ToArray();
        path = parts.Length == 0 ? "." : string.Join('/', parts);
        return !parts.Any(p => p is ".." || p.StartsWith('-')) && path.Trim() == path;
    }

    /// <summary>
    /// A mount point, normalised: absolute, no <c>..</c>, <c>,</c>, <c>:</c>, quote or space, not the root and not a
    /// system folder; at most 512 (S24).
    /// </summary>
    public static bool TryMountPath(string text, out string path)
    {
        path = "";
        if (!MountPath().IsMatch(text))
        {
            return false;
        }

        var parts = text.Split('/').Where(p => p is not ("" or ".")).ToArray();
        var whole = path = "/" + string.Join('/', parts);
        return parts.Length > 0
            && !parts.Contains("..")
            && !SystemFolders.Any(f => whole == f || whole.StartsWith(f + "/", StringComparison.Ordinal));
    }

    /// <summary>
    /// A word that names a volume, an id or a type: letters, digits, <c>. _ -</c>, a letter or digit first, at most 63.
    /// </summary>
    public static bool IsWord(string text) => Word().IsMatch(text);

    [GeneratedRegex(@"\A/(?:[A-Za-z0-9._~!$&()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RequestPath();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"\A[A-Za-z0-9._/:@+-]{0,256}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelValue();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A/[A-Za-z0-9._/@+-]{0,511}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MountPath();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
