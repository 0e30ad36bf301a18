using System.Globalization;
using System.Net;

namespace Palisade.Web.Hosting;

/// <summary>The command line of the server, as <c>./dev run</c> gives it.</summary>
public sealed record ServerOptions
{
    /// <summary>Absolute.</summary>
    public string DataDirectory { get; init; } = Path.GetFullPath("data");
    public int HttpsPort { get; init; } = 5443;
    public int RouterPort { get; init; } = 8080;

    /// <summary>0: the router speaks plain HTTP only.</summary>
    public int RouterTlsPort { get; init; }
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Ends apps, router and container service of the data folder, and exits.</summary>
    public bool StopApps { get; init; }

    /// <summary>
    /// Whether this process runs jobs. Not on the command line: tests of what only decides and records switch it off.
    /// </summary>
    public bool Pump { get; init; } = true;

    /// <summary>The options, or what is wrong with the first bad argument.</summary>
    public static (ServerOptions? Options, string? Problem) Parse(IReadOnlyList<string> args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var options = new ServerOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            if (name == "--stop-apps")
            {
                options = options with { StopApps = true };
                continue;
            }

            if (name is not ("--data" or "--https-port" or "--router-port" or "--router-tls-port" or "--bind"))
            {
                return (
                    null,
                    $"unknown option {name}; there are --data DIR, --https-port N, --router-port N, --router-tls-port N, --bind ADDRESS, --stop-apps"
                );
            }

            if (i + 1 == args.Count)
            {
                return (null, $"{name} needs a value");
            }

            var value = args[++i];
            var port =
                int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and <= 65535;
            switch (name)
            {
                case "--data":
                    options = options with { DataDirectory = Path.GetFullPath(value) };
                    break;
                case "--https-port" when port:
                    options = options with { HttpsPort = number };
                    break;
                case "--router-port" when port:
                    options = options with { RouterPort = number };
                    break;
                case "--router-tls-port" when port:
                    options = options with { RouterTlsPort = number };
                    break;
                case "--bind" when IPAddress.TryParse(value, out _):
                    options = options with { Bind = value };
                    break;
                default:
                    return (
                        null,
                        $"{name} {value} is not a {(name == "--bind" ? "numeric address" : "port from 1 to 65535")}"
                    );
            }
        }

        return (options, null);
    }
}
