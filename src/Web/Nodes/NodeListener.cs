using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Palisade.Silo.Hosting;

namespace Palisade.Web.Nodes;

/// <summary>
/// Listens for other nodes, on a server of its own: nothing else is served there, and what it needs of time and size is
/// not what clients may have. Who has no certificate of this database's authority does not get past the handshake.
/// </summary>
internal sealed class NodeListener(
    IOptions<NodeOptions> options,
    NodeCertificates certificates,
    NodeEndpoint endpoint,
    ILoggerFactory loggers
) : IHostedService, IAsyncDisposable
{
    private WebApplication? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await certificates.OpenAsync(cancellationToken);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        _server = builder.Build();
        _server.Run(endpoint.InvokeAsync);
        try
        {
            await _server.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new OptionsValidationException(
                NodeOptions.SectionName,
                typeof(NodeOptions),
                [$"Node:Port {options.Value.Port} is in use by another process; stop it, or choose another"]
            );
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        // A stream of logs or a terminal may be silent for days; pings tell whether the other node is there.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1_000;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(3);
        kestrel.Listen(
            IPAddress.Parse(options.Value.Bind),
            options.Value.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(https =>
                {
                    https.SslProtocols = SslProtocols.Tls13;
                    https.HandshakeTimeout = TimeSpan.FromSeconds(5);
                    https.ServerCertificateSelector = (_, _) => certificates.Own;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = certificates.Trust();
                });
            }
        );
    }
}
