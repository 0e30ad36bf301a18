using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Palisade.Bench;

/// <summary>
/// The least web server that can be started as a process: the reference of what the server does beyond serving.
/// </summary>
internal static class BareKestrel
{
    /// <summary>
    /// The first argument that makes this program be that server; the second is its port, the third a PEM file for
    /// HTTPS, the fourth a database of <see cref="BareTables"/>.
    /// </summary>
    public const string Switch = "bare-kestrel";

    public static Task RunAsync(string port, string? certificate, string? database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            // As the API writes it, so that both send the same bytes.
            o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower;
            o.SerializerOptions.WriteIndented = true;
            o.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        builder
            .WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(k =>
                k.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture), l => Listen(l, certificate))
            );
        var app = builder.Build();
        app.MapGet("/", () => "ok");
        app.MapGet(
            "/apps/{app}",
            (string app) => new BareApp(app, "running", "", "2", false, "local.main.localhost:8080", [])
        );
        if (database is not null)
        {
            BareEndpoints.Map(app, database);
        }

        return app.RunAsync();
    }

    private static void Listen(ListenOptions listen, string? certificate)
    {
        if (certificate is null)
        {
            return;
        }

        // As the server does.
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        using var pem = X509Certificate2.CreateFromPemFile(certificate, certificate);
        var loaded = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        listen.UseHttps(https =>
            (https.ServerCertificate, https.SslProtocols) = (loaded, SslProtocols.Tls12 | SslProtocols.Tls13)
        );
    }
}
