using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Domain.Releases;
using Palisade.Domain.Users;
using Palisade.Grains;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Racks;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Logs;
using Palisade.Storage.Objects;
using Palisade.Storage.Tickets;
using Palisade.Storage.Views;
using Palisade.Web.Api;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Fakes;

/// <summary>
/// The web front on real Kestrel and TLS, on a free loopback port, over fakes. One organization acme with rack staging
/// and app web; org other is not ours.
/// </summary>
public sealed class World : IAsyncLifetime, IDirectory, IReadiness
{
    public const string Release = "RAAAAAAAAAA";
    public const string Build = "BAAAAAAAAAA";

    public static readonly DateTimeOffset Time = new(2024, 9, 1, 10, 0, 0, TimeSpan.Zero);
    public static readonly AppRef Web = AppRef.Parse("acme/staging/web");

    private readonly string _folder = Path.Combine(
        Path.GetTempPath(),
        "palisade-web-" + Guid.NewGuid().ToString("n")[..8]
    );
    private WebApplication? _app;
    private int _releases;

    public World() => Grains = new FakeGrains(this);

    public FakeViews Views { get; } = new();

    public FakeTickets Tickets { get; } = new();

    public FakeObjects Objects { get; } = new();

    public FakeChanges Changes { get; } = new();

    public FakeLogs Logs { get; } = new();

    public FakeGate Gate { get; } = new();

    public FakeRecorder Recorder { get; } = new();

    public FakeRack Rack { get; } = new();

    public FakeGrains Grains { get; }

    public ConcurrentDictionary<string, ImmutableSortedSet<string>> Members { get; } = new() { ["u1"] = ["acme"] };

    /// <summary>A good CLI token of user u1.</summary>
    public string Token { get; } = NewToken(TokenKind.Cli);

    public int Port { get; private set; }

    public string? NotReadyBecause { get; set; }

    public Task<string?> NotReadyBecauseAsync(CancellationToken cancellationToken) => Task.FromResult(NotReadyBecause);

    public IServiceProvider Services => _app!.Services;

    public static string NewToken(TokenKind kind) =>
        Domain.Users.Tokens.Create(kind, RandomNumberGenerator.GetBytes(Domain.Users.Tokens.RandomBytes)).Reveal();

    public void Issue(
        string token,
        string kind = "cli",
        DateTimeOffset? expires = null,
        DateTimeOffset? revoked = null,
        string subject = "u1",
        params string[] cidrs
    )
    {
        var hash = Domain.Users.Tokens.Hash(new(token));
        Tickets.Rows[hash] = new Ticket
        {
            Hash = hash,
            Kind = kind,
            Id = "t-" + hash[..6],
            Subject = subject,
            Name = "test",
            Created = Time,
            Expires = expires ?? DateTimeOffset.MaxValue,
            Revoked = revoked,
            Cidrs = [.. cidrs],
        };
    }

    public async Task InitializeAsync()
    {
        Issue(Token);
        foreach (var org in (string[])["acme", "other"])
        {
            var rack = new RackState
            {
                Id = "0123456789",
                Org = org,
                Name = "staging",
                Provider = "local",
                Status = "running",
                Version = "3.18.9",
            };
            Views.Put(org, ViewKinds.Rack, "staging", rack);
            Views.Put(org, ViewKinds.App, "staging/web", NewApp(new AppRef(new(org, "staging"), "web")));
        }

        Views.Put("acme", ViewKinds.Build, $"staging/web/{Build}", NewBuild(new(Web, Build)), ViewJson.Sortable(Time));
        NewRelease(Web, Release);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder
            .Services.AddSingleton<IViews>(Views)
            .AddSingleton<ITickets>(Tickets)
            .AddSingleton<IObjectStore>(Objects)
            .AddSingleton<IChangeFeed>(Changes)
            .AddSingleton<ILogStore>(Logs)
            .AddSingleton<IJournal, FakeJournal>()
            .AddSingleton<ILooks, SeparateLooks>()
            .AddSingleton<IGate>(Gate)
            .AddSingleton<IRecorder>(Recorder)
            .AddSingleton<IProviders>(Rack)
            .AddSingleton<IReleaseShapes>(Rack)
            .AddSingleton<IGrainFactory>(Grains)
            .AddSingleton<IDirectory>(this)
            .AddSingleton<IReadiness>(this)
            .AddSingleton<IIdSource, CryptoIds>()
            .AddSingleton(new Policies(FakeStore.Of(this)))
            .AddSingleton(new DeployKeys(FakeStore.Of(this), new Policies(FakeStore.Of(this)), TimeProvider.System));
        builder.AddPalisadeWeb(options =>
        {
            options.HttpsPort = 0;
            options.DataFolder = _folder;
            options.MaxSourceBytes = 200_000;
            options.MaxObjectBytes = 400_000;
            options.MaxBodyBytes = 100_000;
            options.RecheckStreams = TimeSpan.FromMilliseconds(200);
            options.FailedSignInsPerMinute = 10_000;
            options.Hosts.Add("console.example.test");
            options.Hosts.Add("*.wild.example.test");
        });
        _app = builder.Build();
        _app.UsePalisadeEdge();
        _app.MapPalisadeApi();
        await _app.StartAsync();
        Port = new Uri(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Port;
    }

    public async Task DisposeAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public Task StopAsync() => _app!.StopAsync();

    public ValueTask<Identity?> FindAsync(Ticket ticket, ProvenHeads? proven, CancellationToken cancellationToken) =>
        ValueTask.FromResult(
            Members.TryGetValue(ticket.Subject, out var orgs)
                ? new Identity(new Principal(PrincipalKind.User, ticket.Subject, "Ada"), orgs)
                : null
        );

    public static AppView NewApp(AppRef app) =>
        new()
        {
            Id = app.Org == "acme" ? "aaaaaaaaaa" : "bbbbbbbbbb",
            Org = app.Org,
            Rack = app.Rack.Rack,
            Name = app.App,
            Status = "running",
            Generation = "3",
            Release = Release,
        };

    public static BuildState NewBuild(BuildRef build) =>
        new()
        {
            Id = build.Id,
            App = build.App.App,
            Status = "complete",
            Started = Time.AddTicks(1_234_567),
            Ended = Time.AddMinutes(1),
            Release = Release,
            Manifest = "services:\n  web: {}\n",
            Entrypoint = "/entry --flag",
        };

    public ReleaseView NewRelease(AppRef app, string? id = null)
    {
        var number = Interlocked.Increment(ref _releases);
        var release = new ReleaseView
        {
            Id = id ?? "R" + new string((char)('A' + (number % 26)), 10),
            App = app.App,
            Build = Build,
            EnvironmentVersion = 1,
            Description = "env add:A",
            Created = Time.AddSeconds(number),
            By = Principal.System,
        };
        Views.Put(
            app.Org,
            ViewKinds.Release,
            $"{app.Rack.Rack}/{app.App}/{release.Id}",
            release,
            ViewJson.Sortable(release.Created)
        );
        return release;
    }

    /// <summary>A client as the convox CLI is: any certificate, Basic, the Rack header.</summary>
    public HttpClient Client(string? token = null, string? rack = "acme/staging")
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{Port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", Basic(token ?? Token));
        if (rack is not null)
        {
            client.DefaultRequestHeaders.Add("Rack", rack);
        }

        return client;
    }

    public static string Basic(string token, string user = "convox") =>
        "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{user}:{token}"));

    /// <summary>A TLS connection for requests that HttpClient would not send.</summary>
    public async Task<SslStream> ConnectAsync()
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", Port);
        var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls;
    }

    /// <summary>Sends a request line with headers as given and gives the whole answer as text.</summary>
    public async Task<string> RawAsync(string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var stream = await ConnectAsync();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // Reset after the answer.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>A raw GET with our headers for an exact target.</summary>
    public Task<string> RawGetAsync(string target, string method = "GET", string headers = "") =>
        RawAsync(
            $"{method} {target} HTTP/1.1\r\nHost: localhost:{Port}\r\nAuthorization: {Basic(Token)}\r\n"
                + $"Rack: acme/staging\r\nConnection: close\r\nContent-Length: 0\r\n{headers}\r\n"
        );
}
