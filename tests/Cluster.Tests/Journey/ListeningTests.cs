using System.Globalization;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// What the server's process opens to others. Orleans' protocol proves nobody: a port that speaks it would let anyone
/// be any caller.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class ListeningTests(JourneyServer host) : IClassFixture<JourneyServer>
{
    /// <summary>TCP_LISTEN of the kernel's <c>include/net/tcp_states.h</c>.</summary>
    private const string Listen = "0A";

    [Fact]
    public void S01_The_server_listens_on_its_own_loopback_port_and_nowhere_else()
    {
        var own = Directory
            .EnumerateFiles($"/proc/{host.Server.ProcessId}/fd")
            .Select(fd => new FileInfo(fd).LinkTarget)
            .ToHashSet();

        // sl local_address rem_address st … inode, see proc(5); addresses are little-endian hex.
        var listening = new[] { "tcp", "tcp6" }
            .SelectMany(family => File.ReadLines($"/proc/{host.Server.ProcessId}/net/{family}").Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(socket => socket[3] == Listen && own.Contains($"socket:[{socket[9]}]"))
            .Select(socket => socket[1]);

        Assert.Equal([$"0100007F:{host.Server.HttpsPort.ToString("X4", CultureInfo.InvariantCulture)}"], listening);
    }
}
