using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains;
using Palisade.Grains.Installation;
using Palisade.Grains.Orgs;
using Palisade.Grains.Racks;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Web.Console;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Console;

/// <summary>
/// The whole product in this process, on a store of its own and a free loopback port, with the job pump off.
/// Organization acme has the racks staging and prod, <c>ada</c> (Administrator, all racks), <c>dev</c> (DeveloperV2 on
/// staging) and <c>audi</c> (Auditor, all racks); organization other has <c>eve</c>, its Administrator. <c>opal</c> is
/// the operator and a member of nothing; <see cref="OperatorName"/> stands for opal's operator token.
/// </summary>
public sealed class ConsoleWorld : IAsyncLifetime
{
    public const string Org = "acme";

    /// <summary>For <see cref="Token"/>, <see cref="Client"/> and <see cref="SendAsync{T}"/>.</summary>
    public const string OperatorName = "operator";

    public const string Password = "correct horse battery 9";

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-console-").FullName;
    private readonly Dictionary<string, string> _tokens = [];
    private WebApplication? _app;

    public int Port { get; private set; }

    public IServiceProvider Services => _app!.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public IStore Store => Services.GetRequiredService<IStore>();

    public string Database => Path.Combine(_folder, "palisade.db");

    /// <summary>The operator of the installation.</summary>
    public static Caller Operator { get; } =
        CallerOf(new Principal(PrincipalKind.Operator, "operator", "operator"), null);

    public static Caller User(string id, string? org = Org) => CallerOf(new Principal(PrincipalKind.User, id, id), org);

    /// <summary>The CLI token of a person.</summary>
    public string Token(string user) => _tokens[user];

    /// <summary>Names another token, so that requests can be sent with it.</summary>
    public void UseToken(string name, string token) => _tokens[name] = token;

    public async Task InitializeAsync()
    {
        _app = PalisadeServer.Build(
            new ServerOptions
            {
                DataDirectory = _folder,
                HttpsPort = 0,
                Pump = false,
            }
        );

        // Sweeps send more wrong tokens in a moment than any client does in an hour.
        _app.Services.GetRequiredService<IOptions<WebOptions>>().Value.FailedSignInsPerMinute = 1_000_000;
        await _app.StartAsync();
        Port = new Uri(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Port;
        await CreateOperatorAsync();
        await CreateOrgAsync(Org, "ada");
        await CreateOrgAsync("other", "eve");
        // Of this machine, which keeps their logs, though nothing makes them ready.
        var here = _app.Services.GetRequiredService<NodeIdentity>().HostCapability;
        foreach (var (rack, label) in new[] { ("staging", "staging"), ("prod", "production") })
        {
            Ok(
                await Grains
                    .GetGrain<IRackGrain>($"{Org}/{rack}")
                    .RegisterAsync(User("ada"), new RegisterRack("local", label, here))
            );
        }

        await AddMemberAsync("dev", new RoleGrant(BuiltInRoles.DeveloperV2.Id, Selector.Name("staging")));
        await AddMemberAsync("audi", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
    }

    public async Task DisposeAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An account with a CLI token, and a member of acme with those roles.</summary>
    public async Task AddMemberAsync(string user, params RoleGrant[] roles)
    {
        await CreateUserAsync(user);
        Ok(await Grains.GetGrain<IOrgGrain>(Org).AddMemberAsync(User("ada"), user, [.. roles]));
    }

    /// <summary>A client of the console API with the token of that person, or with none.</summary>
    public HttpClient Client(string? user)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{Port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.Authorization = user is null
            ? null
            : new AuthenticationHeaderValue("Bearer", Token(user));
        return client;
    }

    /// <summary>Sends a request as that person and gives its status and its value, or the problem's code.</summary>
    public async Task<(int Status, T? Value, ProblemJson? Problem)> SendAsync<T>(
        string? user,
        string method,
        string path,
        object? body = null
    )
    {
        using var client = Client(user);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: ConsoleJson.Options);
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode switch
        {
            204 => (204, default, null),
            >= 400 => (
                (int)answer.StatusCode,
                default,
                await answer.Content.ReadFromJsonAsync<ProblemJson>(ConsoleJson.Options)
            ),
            var status => (status, await answer.Content.ReadFromJsonAsync<T>(ConsoleJson.Options), null),
        };
    }

    private async Task CreateOrgAsync(string org, string administrator)
    {
        await CreateUserAsync(administrator);
        Ok(await Grains.GetGrain<IOrgGrain>(org).CreateAsync(Operator, administrator));
    }

    /// <summary>A new CLI token for somebody whose old one may be gone.</summary>
    public async Task IssueAsync(string user)
    {
        var grain = Grains.GetGrain<IUserGrain>(user);
        _tokens[user] = Ok(
            await grain.IssueCredentialAsync(User(user, null), new IssueCredential("cli", "test", TimeSpan.FromDays(1)))
        )
            .Secret.Reveal();
    }

    private async Task CreateOperatorAsync()
    {
        await CreateUserAsync("opal");
        var installation = Grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);
        Ok(await installation.AddOperatorAsync(Operator, "opal"));
        var issued = Ok(
            await installation.IssueTokenAsync(
                User("opal", null),
                new IssueOperatorToken(new(Password), "test", TimeSpan.FromDays(1))
            )
        );
        _tokens[OperatorName] = issued.Secret.Reveal();
    }

    private async Task CreateUserAsync(string user)
    {
        var grain = Grains.GetGrain<IUserGrain>(user);
        Ok(
            await grain.RegisterAsync(
                Operator,
                new RegisterUser(
                    $"{user}@example.test",
                    user,
                    new Sensitive<string>(Password),
                    MustChangePassword: false
                )
            )
        );
        await IssueAsync(user);
    }

    private static T Ok<T>(Result<T> result) =>
        result.Ok ? result.Value : throw new InvalidOperationException(result.ToString());

    private static Caller CallerOf(Principal principal, string? org) =>
        new()
        {
            Principal = principal,
            SignIn = "test",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "0123456789ab",
            Org = org,
        };
}
