using System.Net.Sockets;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The folder of one rack's router (mode 0700) and the files in it. HAProxy runs inside it and knows only relative
/// names, so a long or odd path reaches neither its configuration nor the 108 bytes of a unix socket's address.
/// </summary>
public sealed class RouterFolder : IDisposable
{
    public const string ConfigFile = "haproxy.cfg";
    public const string CandidateFile = "haproxy.candidate.cfg";
    public const string HostMapFile = "hosts.map";
    public const string CheckMapFile = "checks.map";
    public const string StateFile = "servers.state";
    public const string ModelFile = "model.json";
    public const string MasterFile = "master.json";
    public const string PidFile = "haproxy.pid";
    public const string CertificateFile = "rack.pem";
    public const string AdminSocket = "admin.sock";
    public const string MasterSocket = "master.sock";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // sun_path of Linux's unix(7), with the closing zero.
    private const int SocketPathLimit = 107;

    private readonly SafeDirectoryHandle _handle;

    public RouterFolder(string path)
    {
        Root = Path.GetFullPath(path);
        Directory.CreateDirectory(Root, Private | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Root, Private | UnixFileMode.UserExecute);
        _handle = Native.OpenDirectory(Root);
    }

    public string Root { get; }

    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>The address of a socket in the folder, through the open folder when the path is too long.</summary>
    public UnixDomainSocketEndPoint Socket(string name)
    {
        var path = PathOf(name);
        return new UnixDomainSocketEndPoint(
            System.Text.Encoding.UTF8.GetByteCount(path) <= SocketPathLimit
                ? path
                : $"/proc/self/fd/{_handle.Descriptor}/{name}"
        );
    }

    public async Task<string?> ReadAsync(string name, CancellationToken ct) =>
        File.Exists(PathOf(name)) ? await File.ReadAllTextAsync(PathOf(name), ct) : null;

    /// <summary>Replaces a file in one step (mode 0600): a reader sees the old text or the new, never a part.</summary>
    public async Task WriteAsync(string name, string text, CancellationToken ct)
    {
        var next = PathOf(name + ".next");
        File.Delete(next);
        await using (
            var stream = new FileStream(
                next,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = Private,
                }
            )
        )
        {
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text.AsMemory(), ct);
            await writer.FlushAsync(ct);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, PathOf(name), overwrite: true);
    }

    /// <summary>As <see cref="WriteAsync"/>, unless the file already holds that text.</summary>
    public async Task WriteIfChangedAsync(string name, string text, CancellationToken ct)
    {
        if (await ReadAsync(name, ct) != text)
        {
            await WriteAsync(name, text, ct);
        }
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Dispose() => _handle.Dispose();
}
