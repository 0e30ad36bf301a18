using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Network;

/// <summary>
/// The rack's /etc/hosts, which every container sees read-only (S28). It is written in place, since a container's bind
/// mount follows the inode and not the name.
/// </summary>
public sealed partial class HostsFile
{
    private readonly Lock _lock = new();

    public HostsFile(RackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        Path = folder.File("hosts");
    }

    public string Path { get; }

    /// <summary>
    /// Writes loopback and these names. Throws on a name or address that is not one: they come from checked ids, not
    /// from people.
    /// </summary>
    public void Write(IEnumerable<KeyValuePair<string, string>> addressesByName)
    {
        var text = new StringBuilder("127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
        foreach (var (name, address) in addressesByName.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            // SECURITY: a line's end inside a name would be another host's entry.
            if (!HostName().IsMatch(name) || !IPAddress.TryParse(address, out _))
            {
                throw new ArgumentException("Not a host name and an address.", nameof(addressesByName));
            }

            text.Append(address).Append(' ').Append(name).Append('\n');
        }

        lock (_lock)
        {
            // One write call, then the cut: a reader sees the old or the new names, at worst with the old ones' tail
            // behind them.
            using var file = new FileStream(
                Path,
                FileMode.OpenOrCreate,
                FileAccess.Write,
                FileShare.ReadWrite,
                bufferSize: 0
            );
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            file.Write(bytes);
            file.SetLength(bytes.Length);
            File.SetUnixFileMode(
                Path,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            );
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
