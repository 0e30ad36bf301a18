using System.Security.Cryptography;
using System.Text;
using Palisade.Storage;

namespace Palisade.Grains.Users;

/// <summary>
/// Marks browsers in which somebody has signed in (OWASP's device cookies). A mark opens nothing: it only keeps its
/// holder apart from strangers who fail in the same name. It is a nonce and its keyed hash with the account, so nothing
/// is stored.
/// </summary>
public sealed class KnownBrowsers(IStore store)
{
    private const int NonceBytes = 16;

    /// <summary>Marks of people who share a browser, that one cookie holds.</summary>
    private const int MaxMarks = 4;

    private const int MarkLength = (2 * NonceBytes) + 1 + 32;

    /// <summary>The mark of this account among those that a browser sent, or null.</summary>
    public async ValueTask<string?> FindAsync(
        string userId,
        string? marks,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var mark in Split(marks))
        {
            var expected = await MacAsync(userId, mark[..(2 * NonceBytes)], cancellationToken);
            if (
                CryptographicOperations.FixedTimeEquals(
                    Encoding.ASCII.GetBytes(expected),
                    Encoding.ASCII.GetBytes(mark[^expected.Length..])
                )
            )
            {
                return mark[..(2 * NonceBytes)];
            }
        }

        return null;
    }

    /// <summary>What the browser keeps from now on: a mark of this account, and those of others that it had.</summary>
    public async ValueTask<string> MarkAsync(
        string userId,
        string? marks,
        CancellationToken cancellationToken = default
    )
    {
        if (await FindAsync(userId, marks, cancellationToken) is not null)
        {
            return marks!;
        }

        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
        return string.Join(
            '_',
            Split(marks).Prepend($"{nonce}.{await MacAsync(userId, nonce, cancellationToken)}").Take(MaxMarks)
        );
    }

    private static IEnumerable<string> Split(string? marks) =>
        marks is { Length: <= MaxMarks * (MarkLength + 1) }
            ? marks
                .Split('_')
                .Where(mark => mark.Length == MarkLength && mark[2 * NonceBytes] == '.' && mark.All(char.IsAscii))
            : [];

    private Task<string> MacAsync(string userId, string nonce, CancellationToken cancellationToken) =>
        store.Sealer.FingerprintAsync(
            "installation",
            Encoding.UTF8.GetBytes($"browser/{userId}/{nonce}"),
            cancellationToken
        );
}
