using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Palisade.Driver;

/// <summary>
/// The built server as a real process on loopback ports and a private data folder. Disposing it ends what it runs
/// (apps, HAProxy, container service) and deletes the folder if it made it. It ends only processes that it started.
/// </summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly bool _ownsData;
    private Process? _process;
    private bool _wasReady;

    private ServerProcess(ServerOptions options)
    {
        _options = options;
        _ownsData = options.Data is null;
        // Short: unix sockets live below it, and their paths have at most 107 bytes.
        Data = options.Data ?? Directory.CreateTempSubdirectory("ps").FullName;
        (HttpsPort, RouterPort) = (FreePort.Next(), FreePort.Next());
    }

    public string Data { get; }

    public int HttpsPort { get; }

    public int RouterPort { get; }

    public Uri Url => new($"https://localhost:{HttpsPort}");

    /// <summary>The process id of the last start.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server was never started.");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>What the first start left for its administrator.</summary>
    public FirstRun FirstRun => FirstRun.Read(Path.Combine(Data, "first-run.json"));

    /// <summary>The output of all starts so far.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Data.TrimEnd('/') + ".log";

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended or did not get ready; the message holds the end of its
    /// output.</exception>
    public static async Task<ServerProcess> StartAsync(ServerOptions? options = null, CancellationToken ct = default)
    {
        var server = new ServerProcess(options ?? new());
        try
        {
            await server.StartAgainAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server on the same data and ports, and waits until it is ready.</summary>
    public async Task StartAgainAsync(CancellationToken ct = default)
    {
        Launch();
        await ReadyAsync(ct);
    }

    /// <summary>Starts the server on the same data and ports without waiting for anything.</summary>
    public void Launch()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException("The server is running already.");
        }

        string[] place =
        [
            "--https-port",
            HttpsPort.ToString(CultureInfo.InvariantCulture),
            "--router-port",
            RouterPort.ToString(CultureInfo.InvariantCulture),
        ];
        _process?.Dispose();
        _process = Spawn([.. place, .. _options.Arguments]);
    }

    /// <summary>Waits until /healthz/ready answers 200.</summary>
    public async Task ReadyAsync(CancellationToken ct = default)
    {
        using var http = NewHttpClient();
        http.Timeout = _options.ReadyDeadline;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), ct);
                if (answer.IsSuccessStatusCode)
                {
                    _wasReady = true;
                    return;
                }
            }
            catch (Exception e)
                when (e is HttpRequestException or SocketException
                    || (e is TaskCanceledException && !ct.IsCancellationRequested)
                )
            {
                // Not listening yet, or not any more: which of them is seen below.
            }

            if (!IsRunning || clock.Elapsed > _options.ReadyDeadline)
            {
                throw new InvalidOperationException(
                    IsRunning
                        ? $"The server was not ready after {clock.Elapsed.TotalSeconds:0.#} s. Its output ends:\n{LogTail()}"
                        : $"The server ended with exit code {_process?.ExitCode}. Its output ends:\n{LogTail()}"
                );
            }

            await Task.Delay(25, ct);
        }
    }

    /// <summary>SIGKILL, and waits until the process is gone. What it started (apps, HAProxy) lives on.</summary>
    public async Task Kill9Async()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill(entireProcessTree: false);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>SIGSTOP: it stands still, and nothing that it holds is given up.</summary>
    public void Pause() => SendSignal(ProcessId, SigStop);

    /// <summary>SIGCONT: it goes on, and does not know for how long it stood still.</summary>
    public void Continue() => SendSignal(ProcessId, SigCont);

    /// <summary>SIGTERM, and waits for the end. Gives the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? deadline = null)
    {
        var process = _process ?? throw new InvalidOperationException("The server was never started.");
        if (!process.HasExited)
        {
            _ = SendSignal(process.Id, SigTerm);
            using var limit = new CancellationTokenSource(deadline ?? TimeSpan.FromSeconds(30));
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"The server did not end after SIGTERM. Its output ends:\n{LogTail()}");
            }
        }

        return process.ExitCode;
    }

    /// <summary>
    /// Ends the apps, HAProxy and container service of the data folder, as `./dev clean` does. The server must be
    /// stopped.
    /// </summary>
    public async Task<int> StopAppsAsync(TimeSpan? deadline = null)
    {
        using var process = Spawn(["--stop-apps"]);
        using var limit = new CancellationTokenSource(deadline ?? TimeSpan.FromSeconds(90));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: false);
            throw new TimeoutException($"--stop-apps did not end. Its output ends:\n{LogTail()}");
        }

        return process.ExitCode;
    }

    /// <summary>A client for the server's own address that accepts its certificate. The caller disposes it.</summary>
    public HttpClient NewHttpClient(bool redirects = true) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = redirects,
                SslOptions =
                {
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                },
            }
        )
        {
            BaseAddress = Url,
            Timeout = TimeSpan.FromSeconds(100),
        };

    public async ValueTask DisposeAsync()
    {
        await Kill9Async();
        try
        {
            if (_wasReady || File.Exists(Path.Combine(Data, "first-run.json")))
            {
                await StopAppsAsync();
            }
        }
        finally
        {
            _process?.Dispose();
            if (_ownsData)
            {
                DeleteData();
            }
        }
    }

    private Process Spawn(IReadOnlyList<string> arguments)
    {
        if (!File.Exists(_options.Assembly))
        {
            throw new InvalidOperationException($"{_options.Assembly} is not built.");
        }

        // Output goes to a file, not to a pipe of ours: HAProxy and the container service inherit it and outlive the
        // server, and waiting for the server would then wait for them.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Repository.Root };
        string[] command =
        [
            "-c",
            "exec \"$@\" </dev/null >>\"$0\" 2>&1",
            LogFile,
            "dotnet",
            _options.Assembly,
            "--data",
            Data,
        ];
        foreach (var argument in command.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        // What tests run at once is more than a machine of two cores has.
        start.Environment["LocalRacks__CpuOvercommit"] = "100";
        foreach (var (name, value) in _options.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    private string LogTail() => Log is var log && log.Length > 8000 ? log[^8000..] : log;

    private void DeleteData()
    {
        try
        {
            Directory.Delete(Data, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A mount of a container that is just ending; `./dev test` sweeps the run's temporary folder and says what
            // stays.
            File.AppendAllText(LogFile, $"The data folder {Data} stays: {e.Message}\n");
            return;
        }

        File.Delete(LogFile);
    }

    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
