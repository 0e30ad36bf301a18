using System.Collections.Frozen;
using System.IO.Compression;

namespace Palisade.Domain.Users;

/// <summary>
/// About ten thousand passwords that everybody tries first, in lower case: the list of zxcvbn-ts (MIT, see
/// CommonPasswords.LICENSE.txt), cut by <c>eng/common-passwords.sh</c>, and some words that belong to this product.
/// </summary>
internal static class CommonPasswords
{
    // Words that the list lacks: other languages, and what somebody would think of here.
    private static readonly string[] Added =
    [
        "passwort",
        "passw",
        "motdepasse",
        "contrasena",
        "senha",
        "changethis",
        "trustno",
        "ilovey",
        "pass",
        "temp",
        "temporary",
        "correcthorsebatterystaple",
        "helloworld",
        "convox",
        "palisade",
        "console",
        "autumn",
        "default",
        "guest",
        "root",
        "azerty",
        "qwertz",
    ];

    private static readonly Lazy<FrozenSet<string>> All = new(Read);

    public static bool Contains(string lower) => All.Value.Contains(lower);

    private static FrozenSet<string> Read()
    {
        using var resource =
            typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.br")
            ?? throw new InvalidOperationException("The list of common passwords is not in the assembly.");
        using var reader = new StreamReader(new BrotliStream(resource, CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n').Concat(Added).ToFrozenSet(StringComparer.Ordinal);
    }
}
