using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Driver;
using Palisade.Grains;
using Palisade.Racks;
using Palisade.Silo.Hosting;
using Palisade.Storage.Logs;
using Palisade.Web.Nodes;
using Palisade.Web.Streams;
using Palisade.Web.Tests.Console;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Nodes;

/// <summary>Who may ask a node's internal endpoint for what.</summary>
public sealed class NodeEndpointTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>, IAsyncLifetime
{
    private static readonly RackRef Staging = new(ConsoleWorld.Org, "staging");
    private static readonly AppRef Web = new(Staging, "web");

    private readonly int _port = FreePort.Next();
    private ServiceProvider? _node;

    private NodeCertificates Certificates => _node!.GetRequiredService<NodeCertificates>();

    private NodeClient Client => _node!.GetRequiredService<NodeClient>();

    private string Machine => world.Services.GetRequiredService<NodeIdentity>().Machine;

    public async Task InitializeAsync()
    {
        _node = new ServiceCollection()
            .AddSingleton(world.Store)
            .AddSingleton(world.Services.GetRequiredService<NodeIdentity>())
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
            .AddSingleton(Options.Create(new NodeOptions { Port = _port }))
            .AddSingleton(ActivatorUtilities.CreateInstance<NodeEndpoint>(world.Services, new FakeRack()))
            .AddSingleton<NodeCertificates>()
            .AddSingleton<NodeClient>()
            .AddSingleton<NodeListener>()
            .BuildServiceProvider();
        await _node.GetRequiredService<NodeListener>().StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _node!.GetRequiredService<NodeListener>().StopAsync(CancellationToken.None);
        await _node!.DisposeAsync();
    }

    [Fact]
    public async Task What_was_decided_and_still_holds_is_done()
    {
        var health = await AskAsync(Call(new RackAct.Observe(), Operations.RackGet, Resource.Of(Staging)));
        var processes = await AskAsync(
            Call(new RackAct.Processes(Web, "0123456789"), Operations.ProcessList, Resource.Of(Web), "dev")
        );

        Assert.Null(health);
        Assert.Null(processes);
    }

    [Fact]
    public async Task S29_a_decision_that_does_not_hold_here_is_refused()
    {
        var act = new RackAct.Processes(Web, "0123456789");
        var good = Call(act, Operations.ProcessList, Resource.Of(Web), "dev");
        var unknown = Tokens.Hash(new(Tokens.Create(TokenKind.Cli, new byte[Tokens.RandomBytes]).Reveal()));

        Assert.IsType<Unauthenticated>(await AskAsync(good with { TokenHash = unknown }));
        // A credential of somebody else, who may.
        Assert.IsType<Forbidden>(
            await AskAsync(good with { Caller = good.Caller with { Principal = ConsoleWorld.User("ada").Principal } })
        );
        // A rack of the organization on which the person has no role.
        var prod = new RackRef(ConsoleWorld.Org, "prod");
        var elsewhere = new AppRef(prod, "web");
        var barred = Call(
            new RackAct.Processes(elsewhere, "0123456789"),
            Operations.ProcessList,
            Resource.Of(elsewhere),
            "dev"
        );
        Assert.IsType<Forbidden>(await AskAsync(barred with { Rack = prod }));
        // An organization that the person is no member of.
        var other = new RackRef("other", "staging");
        Assert.IsType<Forbidden>(
            await AskAsync(
                Call(new RackAct.Observe(), Operations.RackGet, Resource.Of(other)) with
                {
                    Rack = other,
                    Caller = ConsoleWorld.User("ada", "other"),
                }
            )
        );
    }

    [Fact]
    public async Task S29_a_revoked_credential_does_nothing_through_another_node()
    {
        await world.AddMemberAsync("gone", Domain.Orgs.RoleGrant.OnAllRacks(BuiltInRoles.Administrator));
        var call = Call(new RackAct.Observe(), Operations.RackGet, Resource.Of(Staging), "gone");
        Assert.Null(await AskAsync(call));

        var (_, tokens, _) = await world.SendAsync<JsonElement>("gone", "GET", "/account/tokens");
        var id = tokens[0].GetProperty("id").GetString();
        var (status, _, _) = await world.SendAsync<object>("gone", "DELETE", $"/account/tokens/{id}");

        Assert.Equal(204, status);
        Assert.IsType<Unauthenticated>(await AskAsync(call));
    }

    [Fact]
    public void Only_the_operations_of_an_act_lead_to_it_and_only_on_what_it_is_about()
    {
        var exec = new RackAct.Exec(Web, "0123456789", "web-0123456789-abcde", new ExecRequest { Command = ["true"] });
        var log = new RackAct.Logs($"app/{Web}", new LogQuery());
        var build = new RackAct.Logs($"build/{Web}/BAAAAAAAAAA", new LogQuery());
        var proxy = new RackAct.Proxy("web.web.convox.local", 80);
        (RackAct Act, Operation Operation, Resource Resource, bool Leads)[] cases =
        [
            (exec, Operations.AppExec, Resource.Of(Web), true),
            (exec, Operations.ProcessRunExec, Resource.Of(Web), true),
            (exec, Operations.ProcessList, Resource.Of(Web), false),
            (exec, Operations.AppExec, Resource.App("staging", "other"), false),
            (exec, Operations.AppExec, Resource.App("prod", "web"), false),
            (exec, Operations.AppExec, Resource.Of(Staging), false),
            (log, Operations.AppLogs, Resource.Of(Web), true),
            (log, Operations.AppLogs, Resource.App("staging", "other"), false),
            (log, Operations.RackLogs, Resource.Of(Staging), false),
            (log, Operations.RackGet, Resource.Of(Staging), false),
            (build, Operations.BuildLogs, Resource.Of(Web), true),
            (build, Operations.BuildLogs, Resource.App("staging", "we"), false),
            (new RackAct.Logs($"rack/{Staging}", new LogQuery()), Operations.RackLogs, Resource.Of(Staging), true),
            (new RackAct.Logs($"rack/{Staging}", new LogQuery()), Operations.AppLogs, Resource.Of(Web), false),
            (proxy, Operations.AppProxy, Resource.Of(Web), true),
            (proxy, Operations.AppProxy, Resource.App("staging", "other"), false),
            (new RackAct.Observe(), Operations.AppList, Resource.Of(Staging), true),
            (new RackAct.Observe(), Operations.AppList, Resource.Org, false),
            (new RackAct.Processes(Web, "x"), Operations.RackProcesses, Resource.Of(Staging), true),
            (new RackAct.Processes(Web, "x"), Operations.ProcessList, Resource.App("staging", "other"), false),
            (new RackAct.Wait(Web, TimeSpan.Zero), Operations.AppGet, Resource.Of(Web), true),
            (new RackAct.Wait(null, TimeSpan.Zero), Operations.RackGet, Resource.Of(Staging), true),
            (new RackAct.Wait(Web, TimeSpan.Zero), Operations.AppGet, Resource.App("staging", "other"), false),
            (new RackAct.Wait(null, TimeSpan.Zero), Operations.RackGet, Resource.App("prod", "web"), false),
        ];

        Assert.All(cases, c => Assert.Equal(c.Leads, Call(c.Act, c.Operation, c.Resource).Rights().Ok));
    }

    [Fact]
    public async Task S23_who_has_no_certificate_of_this_databases_authority_gets_no_answer()
    {
        using var foreign = Authority();
        using var own = NodeAuthority.Issue(
            foreign,
            NodeCertificates.NameOf(Machine),
            DateTimeOffset.UtcNow,
            TimeSpan.FromDays(1)
        );

        // A node is answered, if only that this is no call.
        Assert.Equal(HttpStatusCode.BadRequest, await KnockAsync(Certificates.Own));
        Assert.Null(await KnockAsync(null));
        Assert.Null(await KnockAsync(own));
    }

    [Fact]
    public async Task S23_a_node_sends_nothing_to_who_is_not_the_one_that_the_database_names()
    {
        var call = Call(new RackAct.Observe(), Operations.RackGet, Resource.Of(Staging));
        var other = new NodeTarget(Staging, "0123456789ab0123456789ab", new Uri($"https://127.0.0.1:{_port}/"));

        var sent = await Client.SendAsync(other, call, null, CancellationToken.None);

        Assert.Equal("rack.unreachable", sent.Problem?.Code);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_agree_on_one_authority()
    {
        var opened = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => NodeAuthority.OpenAsync(world.Store, TimeProvider.System, CancellationToken.None))
        );

        Assert.Single(opened.Select(a => a.Thumbprint).Distinct());
    }

    /// <summary>The problem that the endpoint tells, or null when it answers.</summary>
    private async Task<Problem?> AskAsync(NodeCall call)
    {
        var target = new NodeTarget(call.Rack, Machine, new Uri($"https://127.0.0.1:{_port}/"));
        var answer = await Client.SendAsync(target, call, null, CancellationToken.None);
        return answer.Problem;
    }

    private NodeCall Call(RackAct act, Operation operation, Resource resource, string user = "ada") =>
        NodeCall.Of(
            new WatchedRights(
                Tokens.Hash(new(world.Token(user))),
                TokenKind.Cli,
                IPAddress.Loopback,
                ConsoleWorld.User(user),
                operation,
                resource
            ),
            Staging,
            act
        );

    /// <summary>The status of an empty request; null when the connection was refused.</summary>
    private async Task<HttpStatusCode?> KnockAsync(X509Certificate2? certificate)
    {
        using var http = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = (_, server, _, _) => server is not null,
                    ClientCertificateContext = certificate is null
                        ? null
                        : SslStreamCertificateContext.Create(certificate, null, offline: true),
                },
            }
        );
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://127.0.0.1:{_port}/healthz/live")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var answer = await http.SendAsync(request, CancellationToken.None);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Palisade cluster", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(9));
    }
}
