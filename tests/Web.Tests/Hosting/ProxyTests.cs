using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Hosting;

/// <summary>Where a request comes from, when a load balancer is in between and when somebody only says so.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData(null, "203.0.113.7", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1")]
    [InlineData("192.0.2.1", "203.0.113.7", "127.0.0.1")]
    public async Task S03_only_a_named_load_balancer_says_where_a_request_comes_from(
        string? proxy,
        string header,
        string from
    )
    {
        var folder = Directory.CreateTempSubdirectory("palisade-proxy-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddPalisadeWeb(options =>
        {
            (options.HttpsPort, options.DataFolder) = (0, folder);
            if (proxy is not null)
            {
                options.Proxies.Add(proxy);
            }
        });
        await using var app = builder.Build();
        app.UsePalisadeEdge();
        app.Run(context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress?.MapToIPv4()}"));
        await app.StartAsync();
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        using var client = new HttpClient(
            new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, c, _, _) => c is not null }
        );
        client.DefaultRequestHeaders.Add("X-Forwarded-For", header);

        Assert.Equal(from, await client.GetStringAsync(new Uri(address)));

        await app.StopAsync();
        Directory.Delete(folder, recursive: true);
    }
}
