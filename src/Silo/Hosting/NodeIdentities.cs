using System.Security.Cryptography;
using Palisade.Grains;

namespace Palisade.Silo.Hosting;

/// <summary>Gives this process its identity.</summary>
public static class NodeIdentities
{
    /// <summary>
    /// A new incarnation on the machine that the folder belongs to; local racks live in the folder, so it names the
    /// machine.
    /// </summary>
    public static NodeIdentity ForFolder(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "machine-id");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, RandomNumberGenerator.GetHexString(12, lowercase: true));
        }

        return new NodeIdentity(RandomNumberGenerator.GetHexString(12, lowercase: true), File.ReadAllText(path).Trim());
    }
}
