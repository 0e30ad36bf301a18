using System.Security.Cryptography;
using System.Text;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// The folder of one local rack. Everything that the rack makes on the machine (bridges, chains, sockets, cgroups)
/// takes its name from <see cref="Hash"/>, so that several Palisade folders run side by side and a restart finds its
/// own things again.
/// </summary>
public sealed class RackFolder
{
    // sun_path is 108 bytes with its final zero (unix(7)).
    private const int MaxSocketPath = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public RackFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path).TrimEnd('/');
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..8];
    }

    /// <summary>Absolute, without a final slash.</summary>
    public string Path { get; }

    /// <summary>8 lower-case hex digits of SHA-256 of <see cref="Path"/>.</summary>
    public string Hash { get; }

    /// <summary>
    /// The first letters of every bridge of this rack: <c>pl</c> and 5 hex digits; interface names have at most 15
    /// letters.
    /// </summary>
    public string BridgePrefix => "pl" + Hash[..5];

    /// <summary>
    /// Where this machine's Palisade folders keep what must outlive none of them: <c>/run/palisade</c>.
    /// </summary>
    public static string MachineDirectory => "/run/palisade";

    public string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>
    /// A unix socket's path: in the folder, or, when that is too long for a socket, in a 0700 folder under /run named
    /// by hash.
    /// </summary>
    public string SocketPath(string name)
    {
        var path = File(name);
        return Encoding.UTF8.GetByteCount(path) <= MaxSocketPath
            ? path
            : System.IO.Path.Combine(MachineDirectory, Hash, name);
    }

    /// <summary>Makes the folder (and, if sockets need it, the short one) with mode 0700.</summary>
    public void Create()
    {
        CreateOwnerOnly(Path);
        if (!SocketPath("podman.sock").StartsWith(Path, StringComparison.Ordinal))
        {
            CreateOwnerOnly(System.IO.Path.Combine(MachineDirectory, Hash));
        }
    }

    /// <summary>Makes a folder with mode 0700, also when it exists with another.</summary>
    public static void CreateOwnerOnly(string path)
    {
        Directory.CreateDirectory(path, OwnerOnly);
        System.IO.File.SetUnixFileMode(path, OwnerOnly);
    }

    /// <summary>Removes the short folder under /run, if there is one.</summary>
    public void RemoveMachineDirectory()
    {
        var path = System.IO.Path.Combine(MachineDirectory, Hash);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
