using System.Security.Cryptography;
using Palisade.Domain.Kernel;

namespace Palisade.Grains;

/// <summary>Ids from the operating system's cryptographic generator.</summary>
public sealed class CryptoIds : IIdSource
{
    public string Letters(char prefix) => prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10);

    public string Hex(int bytes) => RandomNumberGenerator.GetHexString(bytes * 2, lowercase: true);

    public string Alphanumeric(int length) =>
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", length);
}
