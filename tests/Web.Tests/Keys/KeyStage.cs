using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Keys;
using Palisade.Storage.Journal;
using Palisade.Web.Console.Keys;
using Palisade.Web.Tests.Console;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Keys;

/// <summary>
/// Deploy keys of acme, used as the convox client and the console use them: raw HTTP against the real routes.
/// </summary>
internal sealed class KeyStage(ConsoleWorld world)
{
    public const string NotFoundBuild = "BAAAAAAAAAA";
    public const string Release = "RAAAAAAAAAA";

    private static int _names;

    public static KeyBody Body(string? name = null) =>
        new() { Name = name ?? $"ci-{Interlocked.Increment(ref _names)}", Racks = Selector.Name("staging") };

    public async Task<IssuedKeyJson> IssueAsync(KeyBody? body = null, string by = "ada")
    {
        var (status, issued, problem) = await world.SendAsync<IssuedKeyJson>(
            by,
            "POST",
            "/orgs/acme/keys",
            body ?? Body()
        );
        return status == 201
            ? issued!
            : throw new InvalidOperationException($"{status} {problem?.Code}: {problem?.Detail}");
    }

    /// <summary>The app staging/web, or another of that rack; its rack has no engine.</summary>
    public async Task<AppRef> AppAsync(string name = "web")
    {
        var app = new AppRef(new("acme", "staging"), name);
        var created = await world
            .Grains.GetGrain<IAppGrain>(app.ToString())
            .CreateAsync(ConsoleWorld.User("ada"), null);
        return created.Ok || created.Problem.Code == "app.exists"
            ? app
            : throw new InvalidOperationException(created.ToString());
    }

    /// <summary>A one-off process in the app's own records, as its start leaves it.</summary>
    public async Task RecordProcessAsync(AppRef app, string process, Principal by)
    {
        var (journal, stream) = (world.Store.Journal, StreamId.App(app));
        var head = (await journal.HeadsAsync([stream]))[0].Head;
        var entry = new EntryDraft
        {
            Caller = ConsoleWorld.User("ada"),
            Operation = Operations.ProcessRun.Name,
            ResourceType = "Application",
            Resource = "staging/web",
            Event = new ProcessRequested(process, "web", Release, "true") { By = by },
        };
        Assert.IsType<Appended>(
            await journal.AppendAsync(new Append { Org = app.Org, Writes = [new StreamWrite(stream, head, [entry])] })
        );
    }

    /// <summary>One request of the convox client. Gives the status, and the code of a refusal.</summary>
    public async Task<(int Status, string? Code, string Text)> CallAsync(
        string secret,
        string method,
        string path,
        string? form = null,
        string rack = "acme/staging"
    )
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{world.Port}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", World.Basic(secret));
        request.Headers.TryAddWithoutValidation("Rack", rack);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.ParseAdd("convox.go/dev");
        request.Content =
            method is "GET" or "HEAD" or "DELETE" ? null
            : form is null ? new ByteArrayContent([])
            : new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, CodeOf((int)answer.StatusCode, text), text);
    }

    public async Task<ClientWebSocket> OpenAsync(string? secret, string path, string rack = "acme/staging")
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        if (secret is not null)
        {
            socket.Options.SetRequestHeader("Authorization", World.Basic(secret));
        }

        socket.Options.SetRequestHeader("Rack", rack);
        socket.Options.SetRequestHeader("Command", "true");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.ConnectAsync(new Uri($"wss://localhost:{world.Port}{path}"), patience.Token);
        return socket;
    }

    /// <summary>The first text that a socket is sent; "" when it ends without one.</summary>
    public static async Task<string> FirstAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[16 * 1024];
        var received = await socket.ReceiveAsync(buffer, patience.Token);
        return received.MessageType == WebSocketMessageType.Text
            ? Encoding.UTF8.GetString(buffer, 0, received.Count)
            : "";
    }

    public T Service<T>()
        where T : notnull => world.Services.GetRequiredService<T>();

    private static string? CodeOf(int status, string text)
    {
        if (status < 400 || !text.StartsWith('{'))
        {
            return null;
        }

        using var json = JsonDocument.Parse(text);
        return json.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
    }
}
