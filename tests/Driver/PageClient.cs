using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Palisade.Driver;

/// <summary>
/// A browser without scripts and of its own address: opens pages and sends their forms, with its cookies.
/// </summary>
public sealed partial class PageClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="address">Last number of the loopback address that it comes from: 127.0.0.1 by default.</param>
    public PageClient(Uri server, byte address = 1)
    {
        ArgumentNullException.ThrowIfNull(server);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, address]), 0));
                await socket.ConnectAsync(IPAddress.Loopback, server.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path);

    /// <summary>Fills in a form of a page that was opened and sends it; follows where the answer leads.</summary>
    /// <param name="page">The page's text.</param>
    /// <param name="form">Name of the form.</param>
    public async Task<PageAnswer> SubmitAsync(
        string path,
        string page,
        string form,
        params (string Name, string Value)[] fields
    )
    {
        var values = Forms()
            .Matches(page)
            .Select(f => Hidden().Matches(f.Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value))
            .Single(hidden => hidden.GetValueOrDefault("_handler") == form);
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }

        using var content = new FormUrlEncodedContent(values);
        using var answer = await _http.PostAsync(path, content);
        return new(
            (int)answer.StatusCode,
            answer.RequestMessage!.RequestUri!.PathAndQuery,
            await answer.Content.ReadAsStringAsync()
        );
    }

    /// <summary>Opens a page and sends a form of it.</summary>
    public async Task<PageAnswer> SubmitAsync(string path, string form, params (string Name, string Value)[] fields) =>
        await SubmitAsync(path, await GetAsync(path), form, fields);

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<form .*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}

/// <summary>Where a form led to.</summary>
public sealed record PageAnswer(int Status, string Path, string Text);
