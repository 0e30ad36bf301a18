using System.Diagnostics;
using System.Globalization;

namespace Palisade.Faults.Tests.Cluster;

/// <summary>
/// A cable from this machine to a server in a network namespace for each node: a pair of virtual Ethernet devices with
/// addresses of their own. A cut one takes all packets of both directions and tells nobody. They go with the namespace.
/// </summary>
internal sealed class Cables
{
    private readonly string _server;
    private readonly int _net;

    private Cables(int server)
    {
        _server = server.ToString(CultureInfo.InvariantCulture);
        _net = Environment.ProcessId;
    }

    /// <param name="server">A process in the server's namespace.</param>
    public static async Task<Cables> LayAsync(int server, int count)
    {
        var cables = new Cables(server);
        for (var cable = 0; cable < count; cable++)
        {
            var (here, there) = (cables.Here(cable), There(cable));
            await RunAsync($"ip link add {here} type veth peer name {there} netns {server}");
            await RunAsync($"ip address add {cables.Address(cable, 1)}/30 dev {here}");
            await RunAsync($"ip link set {here} up");
            await cables.InsideAsync($"ip address add {cables.Address(cable, 2)}/30 dev {there}");
            await cables.InsideAsync($"ip link set {there} up");
        }

        return cables;
    }

    /// <summary>The server's address, as the node of this cable reaches it.</summary>
    public string AddressOf(int cable) => Address(cable, 2);

    public async Task CutAsync(int cable)
    {
        await InsideAsync($"iptables -w -A INPUT -i {There(cable)} -j DROP");
        await InsideAsync($"iptables -w -A OUTPUT -o {There(cable)} -j DROP");
    }

    public async Task MendAsync(int cable)
    {
        await InsideAsync($"iptables -w -D INPUT -i {There(cable)} -j DROP");
        await InsideAsync($"iptables -w -D OUTPUT -o {There(cable)} -j DROP");
    }

    // 198.18.0.0/15 is for tests of networks (RFC 2544); several runs on one machine have several parts of it.
    private string Address(int cable, int end) =>
        string.Create(CultureInfo.InvariantCulture, $"198.{18 + (_net >> 8 & 1)}.{_net & 255}.{(4 * cable) + end}");

    private string Here(int cable) => string.Create(CultureInfo.InvariantCulture, $"pf{_net}n{cable}");

    private static string There(int cable) => string.Create(CultureInfo.InvariantCulture, $"node{cable}");

    private Task InsideAsync(string command) => RunAsync($"nsenter --net --target {_server} {command}");

    private static async Task RunAsync(string command)
    {
        var words = command.Split(' ');
        using var process = Process.Start(
            new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        var said = await Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {said[0]}{said[1]}");
        }
    }
}
