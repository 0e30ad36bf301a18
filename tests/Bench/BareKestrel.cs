using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Palisade.Bench;

/// <summary>The least web server that can be started as a process: the reference of <see cref="ServerStart"/>.</summary>
internal static class BareKestrel
{
    /// <summary>The first argument that makes this program be that server; the second is its port.</summary>
    public const string Switch = "bare-kestrel";

    public static Task RunAsync(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        var app = builder.Build();
        app.MapGet("/", () => "ok");
        return app.RunAsync();
    }
}
