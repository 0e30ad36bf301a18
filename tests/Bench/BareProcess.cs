using System.Diagnostics;
using System.Globalization;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// <see cref="BareKestrel"/> as a child process with the server's own runtime settings, answering when it is given out.
/// </summary>
internal sealed class BareProcess : IAsyncDisposable
{
    private readonly Process _process;

    private BareProcess(int port, string? certificate, string? database)
    {
        Port = port;
        var start = new ProcessStartInfo("dotnet");
        string[] words =
        [
            // The server's own settings of collector and compiler: what differs is what is served.
            "exec",
            "--runtimeconfig",
            Path.ChangeExtension(Repository.ServerAssembly, "runtimeconfig.json"),
            "--depsfile",
            Path.ChangeExtension(typeof(BareProcess).Assembly.Location, "deps.json"),
            typeof(BareProcess).Assembly.Location,
            BareKestrel.Switch,
            port.ToString(CultureInfo.InvariantCulture),
            .. new[] { certificate, database }.OfType<string>(),
        ];
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <param name="certificate">A PEM file with key; null serves plain HTTP.</param>
    public static Task<BareProcess> StartAsync(string? certificate, CancellationToken ct) =>
        StartAsync(certificate, null, ct);

    /// <param name="database">One with <see cref="BareTables"/>, for what <see cref="BareEndpoints"/> answers; needs a
    /// certificate.</param>
    public static async Task<BareProcess> StartAsync(string? certificate, string? database, CancellationToken ct)
    {
        var bare = new BareProcess(FreePort.Next(), certificate, database);
        try
        {
            using var http = new HttpClient(
                new SocketsHttpHandler
                {
                    SslOptions = { RemoteCertificateValidationCallback = (_, c, _, _) => c is not null },
                }
            )
            {
                BaseAddress = new Uri($"{(certificate is null ? "http" : "https")}://localhost:{bare.Port}"),
            };
            await Poll.UntilAsync(
                async () => (await http.GetAsync(new Uri("/", UriKind.Relative), ct)).IsSuccessStatusCode,
                TimeSpan.FromSeconds(30),
                "an answer of the bare Kestrel process",
                TimeSpan.FromMilliseconds(25),
                ct
            );
            return bare;
        }
        catch
        {
            await bare.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
