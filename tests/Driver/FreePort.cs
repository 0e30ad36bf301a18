using System.Net;
using System.Net.Sockets;

namespace Palisade.Driver;

/// <summary>Ports for servers under test.</summary>
public static class FreePort
{
    // Below those that the kernel gives by itself (ip_local_port_range): nothing takes one by chance.
    private const int First = 20_000;
    private const int Count = 12_000;

    // One for all test processes of the machine, which have temporary folders of their own.
    private const string Folder = "/tmp/palisade-test-ports";

    private static readonly List<FileStream> Held = [];

    /// <summary>
    /// A loopback port that nobody listens on, and that no other test is given while this process lives: however late
    /// its server begins to listen, or how often it is started again.
    /// </summary>
    public static int Next()
    {
        Directory.CreateDirectory(Folder);
        lock (Held)
        {
            while (true)
            {
                var port = First + Random.Shared.Next(Count);
                if (Hold(port) is not { } file)
                {
                    continue;
                }

                if (IsFree(port))
                {
                    Held.Add(file);
                    return port;
                }

                file.Dispose();
            }
        }
    }

    /// <summary>Null: another one has it.</summary>
    private static FileStream? Hold(int port)
    {
        try
        {
            return new(
                Path.Combine(Folder, $"{port}"),
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    Options = FileOptions.DeleteOnClose,
                }
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
