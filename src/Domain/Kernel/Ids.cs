using System.Text.RegularExpressions;

namespace Palisade.Domain.Kernel;

/// <summary>
/// Forms of generated ids (convox-wire.md 5.1). The generator is a port (<see cref="IIdSource"/>); Domain never draws
/// randomness itself.
/// </summary>
public static partial class Ids
{
    public static bool IsBuild(string? id) => id is not null && BuildPattern().IsMatch(id);

    public static bool IsRelease(string? id) => id is not null && ReleasePattern().IsMatch(id);

    public static bool IsProcess(string? id) => id is not null && ProcessPattern().IsMatch(id);

    public static bool IsDeployKey(string? id) => id is not null && DeployKeyPattern().IsMatch(id);

    public static string DeployKey(IIdSource ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return $"key-{ids.Hex(6)}";
    }

    [GeneratedRegex(@"\Akey-[0-9a-f]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DeployKeyPattern();

    [GeneratedRegex(@"\AB[A-Z]{10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex BuildPattern();

    [GeneratedRegex(@"\AR[A-Z]{10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReleasePattern();

    // racks.md: <service>-<10 hex>-<5 lower-case letters or digits>.
    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}-[0-9a-f]{10}-[a-z0-9]{5}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProcessPattern();
}

/// <summary>Draws new ids. The production source uses a cryptographic generator; tests use a scripted one.</summary>
public interface IIdSource
{
    /// <summary><c>B</c> or <c>R</c> (or another capital) and ten random letters A–Z (47 bits).</summary>
    string Letters(char prefix);

    /// <summary>Lower-case hex of the given number of random bytes.</summary>
    string Hex(int bytes);

    /// <summary>Random lower-case letters and digits, for process suffixes.</summary>
    string Alphanumeric(int length);
}
