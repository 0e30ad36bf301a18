using System.Globalization;
using Palisade.Driver.Wire;

namespace Palisade.Bench;

/// <summary>
/// The source of an app that starts at once: one static web server and a few files. Each version differs in one small
/// file, so that every build does the same: all layers but the last come from the cache.
/// </summary>
internal sealed class SampleSource : IDisposable
{
    public const int Port = 3000;

    /// <summary>Answers with the version; also the health check.</summary>
    public const string VersionPath = "/version";

    /// <summary>Answers with the version and the process's host name.</summary>
    public const string WhoPath = "/cgi-bin/who";

    public const int MegabytesEach = 64;

    public const int MilliCpuEach = 250;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("palisade-bench-");

    public SampleSource(int replicas)
    {
        File.Copy("/bin/busybox", Path.Combine(Folder, "busybox"));
        Directory.CreateDirectory(Path.Combine(Folder, "www", "cgi-bin"));
        var who = Path.Combine(Folder, "www", "cgi-bin", "who");
        File.WriteAllText(
            who,
            "#!/bin/sh\nread v < /www/version\nprintf 'Content-Type: text/plain\\r\\n\\r\\n%s %s' \"$v\" \"$HOSTNAME\"\n"
        );
        File.SetUnixFileMode(
            who,
            File.GetUnixFileMode(who) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute
        );
        File.WriteAllText(
            Path.Combine(Folder, "Dockerfile"),
            $"""
            FROM scratch
            COPY busybox /bin/busybox
            COPY busybox /bin/sh
            COPY www /www
            CMD ["/bin/busybox", "httpd", "-f", "-p", "{Port}", "-h", "/www"]

            """
        );
        File.WriteAllText(
            Path.Combine(Folder, "convox.yml"),
            $"""
            services:
              web:
                build: .
                port: {Port}
                health: {VersionPath}
                scale:
                  count: {replicas.ToString(CultureInfo.InvariantCulture)}
                  cpu: {MilliCpuEach.ToString(CultureInfo.InvariantCulture)}
                  memory: {MegabytesEach.ToString(CultureInfo.InvariantCulture)}
                termination:
                  grace: 1

            """
        );
    }

    public string Folder => _folder.FullName;

    /// <summary>Makes the folder's content that version.</summary>
    public void Write(string version) => File.WriteAllText(Path.Combine(Folder, "www", "version"), version + "\n");

    /// <summary>That version as the client uploads it.</summary>
    public byte[] Pack(string version)
    {
        Write(version);
        return SourceArchive.Pack(Folder);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
