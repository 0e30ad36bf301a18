namespace Palisade.Racks.Local.Router;

/// <summary>How a rack's HAProxy is run.</summary>
public sealed class RouterOptions
{
    /// <summary>The program. Default: Debian's place.</summary>
    public string HaproxyPath { get; set; } = "/usr/sbin/haproxy";

    /// <summary>
    /// User and group that the workers become when the master is root; null keeps them as they are. Default:
    /// <c>haproxy</c> where it exists.
    /// </summary>
    public string? User { get; set; } = Environment.IsPrivilegedProcess && Exists("haproxy") ? "haproxy" : null;

    /// <summary>How long a start or reload may take until the new worker answers. Default: 10 s.</summary>
    public TimeSpan ReadyLimit { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two looks at the master process. Default: 1 s.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    private static bool Exists(string user) =>
        File.Exists("/etc/passwd")
        && File.ReadLines("/etc/passwd").Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));
}
