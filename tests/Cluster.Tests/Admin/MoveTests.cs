using System.Collections.Immutable;
using System.Diagnostics;
using Palisade.Cluster.Tests.Journey;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Domain.Kernel;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Palisade.Storage.Journal;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Admin;

/// <summary>
/// <c>palisade admin</c> as an operator runs it: a server's folder with a history goes to PostgreSQL, and a server goes
/// on from there.
/// </summary>
[Collection(ResilienceGroup.Name)]
public sealed class MoveTests(ITestOutputHelper output) : IDisposable
{
    private const int Records = 20_000;

    private const string ForgeSignature = """
        SET session_replication_role = replica;
        UPDATE checkpoint SET note = overlay(note PLACING 'AAAA' FROM length(note) - 20)
        WHERE (org, size) IN (SELECT org, min(size) FROM checkpoint WHERE org <> '' GROUP BY org)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-move-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S31_A_server_goes_on_from_PostgreSQL_with_the_same_apps_sign_ins_and_proofs()
    {
        var postgres = await PostgresServer.GetAsync();
        var database = await postgres.CreateDatabaseAsync();
        await using var server = await ServerProcess.StartAsync();
        string kept;
        string key;
        using (var console = ConsoleClient.Of(server))
        {
            await new ConvoxClient(ConvoxTarget.Of(server)).AppsCreateAsync("web");
            await new ConvoxClient(ConvoxTarget.Of(server)).EnvSetAsync(
                "web",
                new Dictionary<string, string> { ["SECRET"] = "kept" }
            );
            kept = await console.NextCheckpointAsync();
            key = await console.KeyAsync();
        }

        await server.StopAsync();
        await AppendAsync(server);
        var environment = postgres.Environment(database);
        var palisade = new PalisadeCommand(environment);
        var before = await File.ReadAllBytesAsync(Path.Combine(server.Data, "palisade.db"));

        await palisade.KillAtAsync("job: ", "admin", "move", "--data", server.Data);

        Assert.Equal(0, await postgres.RunAsync(database, "SELECT count(*) FROM journal"));
        Assert.Equal(0, await postgres.RunAsync(database, "SELECT count(*) FROM master_key"));
        var watch = Stopwatch.StartNew();
        var said = await palisade.DoAsync("admin", "move", "--data", server.Data);
        output.WriteLine($"moved in {watch.Elapsed.TotalSeconds:0.0} s\n{said}");
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(server.Data, "palisade.db")));

        await using (
            var moved = await ServerProcess.StartAsync(new() { Data = server.Data, Environment = environment })
        )
        {
            Assert.True(File.Exists(Path.Combine(server.Data, "postgres")));
            using var console = new ConsoleClient(moved, server.FirstRun.CliToken, server.FirstRun.Organization);
            var target = ConvoxTarget.Of(server) with { Port = moved.HttpsPort };
            Assert.Equal("kept", (await new ConvoxClient(target).EnvAsync("web"))["SECRET"]);
            await new ConvoxClient(target).AppsCreateAsync("second");
            await console.NextCheckpointAsync();
            var (bundle, since) = (Path.Combine(_folder, "bundle.jsonl"), Path.Combine(_folder, "since.txt"));
            await File.WriteAllTextAsync(bundle, await console.ExportAsync());
            await File.WriteAllTextAsync(since, kept);
            await palisade.DoAsync("audit", "verify", bundle, "--key", key, "--since", since);
            // Servers go on meanwhile.
            said = await palisade.DoAsync("admin", "verify", "--data", server.Data);
            Assert.Contains("VERIFIED", said, StringComparison.Ordinal);
            await palisade.DoAsync("admin", "backup", Path.Combine(_folder, "backup"), "--data", server.Data);
            await palisade.FailAsync(69, "Stop all of them first", "admin", "key", "rotate", "--data", server.Data);
            await moved.StopAsync();
            await RotateUnderFireAsync(palisade, server.Data);
            await moved.StartAgainAsync();
            Assert.Equal("kept", (await new ConvoxClient(target).EnvAsync("web"))["SECRET"]);
            // Who may write to the database as they like has no key of the log.
            await postgres.RunAsync(database, ForgeSignature);
            await palisade.FailAsync(65, "is not signed by a key of the log", "admin", "verify", "--data", server.Data);
        }

        await postgres.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task The_folder_of_a_server_on_PostgreSQL_is_cleaned_with_its_variables_only()
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "postgres"), "");

        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", Repository.ServerAssembly, "--data", data, "--stop-apps"])
            {
                RedirectStandardError = true,
            }
        )!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("Postgres__ConnectionString", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(data, "palisade.db")));
    }

    /// <summary>Whatever kills it, all opens, and the next one ends it.</summary>
    private async Task RotateUnderFireAsync(PalisadeCommand palisade, string data)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        foreach (var line in (string[])["The ring in", ""])
        {
            await (
                line.Length > 0
                    ? palisade.KillAtAsync(line, "admin", "key", "rotate", "--data", data)
                    : palisade.KillAfterAsync(
                        TimeSpan.FromMilliseconds(random.Next(300, 1500)),
                        "admin",
                        "key",
                        "rotate",
                        "--data",
                        data
                    )
            );
            await palisade.DoAsync("admin", "verify", "--data", data);
        }

        await palisade.DoAsync("admin", "key", "rotate", "--data", data);
        Assert.Single(Storage.Keys.MasterKeyRing.Load(Path.Combine(data, "keys")).Ids);
    }

    private static async Task AppendAsync(ServerProcess server)
    {
        const int AtOnce = 250;
        var entry = new EntryDraft
        {
            Caller = new()
            {
                Principal = Principal.System,
                SignIn = "job",
                Ip = "127.0.0.1",
                Client = "test",
                RequestId = "0123456789ab",
            },
            Operation = "rack.observe",
            ResourceType = "Rack",
            Resource = "local",
        };
        await using var store = await StoppedServer.OpenAsync(server);
        var writes = ImmutableArray.Create(
            new StreamWrite(
                StreamId.Records(server.FirstRun.Organization, "bulk"),
                null,
                [.. Enumerable.Repeat(entry, AtOnce)]
            )
        );
        for (var i = 0; i < Records / AtOnce; i++)
        {
            Assert.IsType<Appended>(
                await store.Journal.AppendAsync(new() { Org = server.FirstRun.Organization, Writes = writes })
            );
        }
    }
}
