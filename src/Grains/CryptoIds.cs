using System.Security.Cryptography;
using Palisade.Domain.Kernel;

namespace Palisade.Grains;

/// <summary>
/// Ids from the operating system's cryptographic generator. Hexadecimal ones name every refusal: theirs are drawn for
/// many at once, since a call of the generator costs more than a decision does.
/// </summary>
public sealed class CryptoIds : IIdSource
{
    private const int Drawn = 1024;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _left;

    public string Letters(char prefix) => prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10);

    public string Hex(int bytes)
    {
        if (bytes > Drawn)
        {
            return RandomNumberGenerator.GetHexString(bytes * 2, lowercase: true);
        }

        var random = _random ??= new byte[Drawn];
        if (_left < bytes)
        {
            RandomNumberGenerator.Fill(random);
            _left = Drawn;
        }

        // SECURITY: each byte is given out once, and is not there to be read afterwards.
        var taken = random.AsSpan(_left - bytes, bytes);
        _left -= bytes;
        var id = Convert.ToHexStringLower(taken);
        taken.Clear();
        return id;
    }

    public string Alphanumeric(int length) =>
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);
}
