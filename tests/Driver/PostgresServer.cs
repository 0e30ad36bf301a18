using System.Diagnostics;
using Npgsql;

namespace Palisade.Driver;

/// <summary>
/// A PostgreSQL of this test process: in a temporary folder, on a Unix socket, with fsync. It ends with the process,
/// however that ends: its keeper reads this process's end of a pipe. One of a single test may be killed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Keeper = """
        begin() {
            "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses="$3" -c max_connections=300 -c shared_buffers=64MB \
                -c logging_collector=off -c log_min_messages=fatal >>"$2/log" 2>&1 &
        }
        begin "$@"
        while read -r order; do
            case $order in
                crash)
                    kill -STOP $!; backends=$(pgrep -P $!); pkill -KILL -P $!; kill -KILL $!; wait $!
                    # None of them has the shared memory any longer, which the next start refuses.
                    for backend in $backends; do
                        for i in $(seq 200); do
                            grep -q '^State:.[^ZX]' /proc/$backend/status 2>/dev/null || break
                            sleep 0.05
                        done
                    done ;;
                begin) begin "$@" ;;
            esac
            echo "$order"
        done
        kill -INT $!
        wait $!
        rm -rf -- "$2"
        """;

    private static readonly Lazy<Task<PostgresServer>> Started = new(() => StartAsync());
    private static int _databases;

    private readonly string _folder;

    // Held for its input, which would be closed with it.
    private readonly Process _keeper;

    private PostgresServer(string folder, Process keeper) => (_folder, _keeper) = (folder, keeper);

    public static Task<PostgresServer> GetAsync() => Started.Value;

    /// <summary>Of its socket.</summary>
    public string Folder => _folder;

    /// <summary>Logs in to a database; the superuser unless told otherwise.</summary>
    public string ConnectionString(string database, string login = "postgres") =>
        new NpgsqlConnectionStringBuilder
        {
            Host = _folder,
            Database = database,
            Username = login,
        }.ConnectionString;

    /// <summary>What makes a server, or <c>palisade admin</c>, work on a database.</summary>
    public Dictionary<string, string> Environment(string database) =>
        new()
        {
            ["Postgres__ConnectionString"] = ConnectionString(database, "app"),
            ["Postgres__OwnerConnectionString"] = ConnectionString(database, "owner"),
            ["Postgres__RetentionConnectionString"] = ConnectionString(database, "retention"),
        };

    /// <summary>A new database that belongs to the login owner.</summary>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await RunAsync("postgres", $"CREATE DATABASE {name} OWNER owner TEMPLATE {template}");
        return name;
    }

    /// <summary>Of the process that is in the server's network.</summary>
    public int KeeperId => _keeper.Id;

    /// <summary>SIGKILL to all of its processes. It stays away until <see cref="BeginAgainAsync"/>.</summary>
    public Task CrashAsync() => OrderAsync("crash");

    /// <summary>Starts it after a crash; it has recovered when this ends.</summary>
    public async Task BeginAgainAsync()
    {
        await OrderAsync("begin");
        await AnswersAsync();
    }

    /// <summary>Ends it and its folder; for one of its own.</summary>
    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync();
        _keeper.Dispose();
    }

    private async Task OrderAsync(string order)
    {
        await _keeper.StandardInput.WriteLineAsync(order);
        await _keeper.StandardInput.FlushAsync();
        var done = await _keeper.StandardOutput.ReadLineAsync();
        if (done != order)
        {
            throw new InvalidOperationException($"PostgreSQL's keeper did not {order}, and said: {done}");
        }
    }

    public Task DropDatabaseAsync(string name) => RunAsync("postgres", $"DROP DATABASE {name} WITH (FORCE)");

    public async Task<long> RunAsync(string database, string sql, string login = "postgres")
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(ConnectionString(database, login)) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is long number ? number : 0;
    }

    /// <summary>One of its own, for a single test. Its keeper's process has the network that the server has.</summary>
    /// <param name="networked">In a network namespace of its own, where it listens on every address (root
    /// only).</param>
    public static async Task<PostgresServer> StartAsync(bool networked = false)
    {
        var folder = await FolderAsync();
        await RunAsync([
            .. User,
            $"{Programs}/initdb",
            $"--pgdata={folder}/data",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]);
        if (networked)
        {
            await File.AppendAllTextAsync($"{folder}/data/pg_hba.conf", "host all all all trust\n");
        }

        var server = await BeginAsync(folder, networked);
        await server.RunAsync("postgres", "CREATE ROLE owner LOGIN");
        await server.RunAsync("postgres", "CREATE ROLE app LOGIN");
        await server.RunAsync("postgres", "CREATE ROLE retention LOGIN");
        return server;
    }

    /// <summary>A standby of this server, which follows it until it is promoted.</summary>
    public async Task<PostgresServer> StandbyAsync()
    {
        var folder = await FolderAsync();
        await RunAsync([
            .. User,
            $"{Programs}/pg_basebackup",
            $"--host={_folder}",
            "--username=postgres",
            $"--pgdata={folder}/data",
            "--write-recovery-conf",
            "--checkpoint=fast",
        ]);
        return await BeginAsync(folder, networked: false);
    }

    // initdb and postgres refuse to run as root.
    private static string[] User =>
        System.Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            : ["env"];

    private static string Programs => Directory.EnumerateDirectories("/usr/lib/postgresql").Order().Last() + "/bin";

    private static async Task<string> FolderAsync()
    {
        var folder = Directory.CreateTempSubdirectory("pg-").FullName;
        if (System.Environment.IsPrivilegedProcess)
        {
            await RunAsync(["chown", "postgres:postgres", folder]);
        }

        return folder;
    }

    private static async Task<PostgresServer> BeginAsync(string folder, bool networked)
    {
        string[] network = networked ? ["unshare", "--net"] : [];
        var server = new PostgresServer(
            folder,
            Start(
                [.. network, .. User, "sh", "-c", Keeper, "keeper", Programs, folder, networked ? "*" : ""],
                keepInput: true
            )
        );
        await server.AnswersAsync();
        return server;
    }

    private async Task AnswersAsync()
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); ; )
        {
            try
            {
                await RunAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (!_keeper.HasExited && DateTime.UtcNow < until)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task RunAsync(string[] command)
    {
        using var process = Start(command, keepInput: false);
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{string.Join(' ', command)} ended with {process.ExitCode}: {said[1]}{said[0]}"
            );
        }
    }

    private static Process Start(string[] command, bool keepInput) =>
        Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardInput = keepInput,
                RedirectStandardOutput = true,
                RedirectStandardError = !keepInput,
                WorkingDirectory = "/",
            }
        )!;
}
