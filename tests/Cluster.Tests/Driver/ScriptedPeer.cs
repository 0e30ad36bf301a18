using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Palisade.Cluster.Tests.Driver;

/// <summary>A TLS server that records each request as it came and answers what the test says.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private static readonly X509Certificate2 Certificate = MakeCertificate();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, Task> _answer;
    private readonly Task _serving;

    /// <param name="answer">Gets the request's head and body as text, and the open stream.</param>
    public ScriptedPeer(Func<string, Stream, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Answers by path; what is not in the table is 404.</summary>
    public ScriptedPeer(Func<string, (int Status, string Body)> answer)
        : this(
            (request, stream) =>
            {
                var (status, body) = answer(request);
                return stream
                    .WriteAsync(
                        Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\n\r\n{body}")
                    )
                    .AsTask();
            }
        ) { }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Heads and bodies in the order of arrival.</summary>
    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var tcp = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var tls = new SslStream(tcp.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = Certificate },
                    _stop.Token
                );
                var request = await ReadRequestAsync(tls);
                Requests.Add(request);
                await _answer(request, tls);
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException
                || _stop.IsCancellationRequested
            )
        {
            // Stopped, or the client dropped the connection as it does at its exit.
        }
    }

    private async Task<string> ReadRequestAsync(Stream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            request.Append((char)one[0]);
        }

        var length = request
            .ToString()
            .Split("\r\n")
            .FirstOrDefault(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal));
        var body = new byte[length is null ? 0 : int.Parse(length["Content-Length: ".Length..])];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return request.Append(Encoding.Latin1.GetString(body)).ToString();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
