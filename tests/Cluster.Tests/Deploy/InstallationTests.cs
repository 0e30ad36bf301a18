using System.Diagnostics;
using System.Globalization;
using System.Net;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Deploy;

/// <summary>An installation made of the files in <c>deploy/</c>: its secrets, logins and load balancer.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class InstallationTests : IDisposable
{
    private static readonly Dictionary<string, string> None = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("pd").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_node_starts_with_the_logins_of_least_rights_once_the_owner_has_migrated()
    {
        var postgres = await PostgresServer.GetAsync();
        await Run.AsLongAsItTakesAsync(
            None,
            Directory.GetFiles("/usr/lib/postgresql", "psql", SearchOption.AllDirectories)[0],
            "--host",
            postgres.Folder,
            "--username=postgres",
            "--set=owner_password=o",
            "--set=app_password=a",
            "--set=retention_password=r",
            $"--file={Path.Combine(Repository.Root, "deploy", "postgres", "roles.sql")}",
            "postgres"
        );
        var logins = new Dictionary<string, string>
        {
            ["Postgres__ConnectionString"] = postgres.ConnectionString("palisade", "palisade_app"),
            ["Postgres__RetentionConnectionString"] = postgres.ConnectionString("palisade", "palisade_retention"),
        };
        try
        {
            await Run.AsLongAsItTakesAsync(
                new Dictionary<string, string>(logins)
                {
                    ["Postgres__OwnerConnectionString"] = postgres.ConnectionString("palisade", "palisade_owner"),
                },
                "dotnet",
                Path.Combine(Repository.Root, "src", "Cli", "bin", Repository.Configuration, "net10.0", "palisade.dll"),
                "admin",
                "migrate"
            );
            await using var node = await ServerProcess.StartAsync(
                new() { Environment = new Dictionary<string, string>(logins.Concat(await FirstSignInAsync())) }
            );

            Assert.Empty(Directory.GetFiles(node.Data, "first-run*"));
            await File.WriteAllTextAsync(FirstPassword, "");
            await node.Kill9Async();
            await node.StartAgainAsync();
            Assert.True(File.Exists(Path.Combine(node.Data, "postgres")), "its folder is not marked as PostgreSQL's");
            await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
                postgres.RunAsync("palisade", "UPDATE journal SET actor = 'other'", "palisade_app")
            );
            await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
                postgres.RunAsync("palisade", "CREATE TABLE mine (id int)", "palisade_app")
            );
        }
        finally
        {
            await postgres.DropDatabaseAsync("palisade");
        }
    }

    [Fact]
    public async Task The_load_balancer_goes_to_nodes_that_are_ready_and_to_no_other()
    {
        var secrets = Path.Combine(_folder, "secrets");
        await Run.AsLongAsItTakesAsync(
            None,
            Path.Combine(Repository.Root, "deploy", "compose", "secrets.sh"),
            secrets,
            "localhost"
        );
        await using var node = await ServerProcess.StartAsync(
            new()
            {
                Environment = new Dictionary<string, string>
                {
                    ["Web__CertificateFile"] = Path.Combine(secrets, "node-both.pem"),
                    ["Web__Proxies__0"] = "127.0.0.1",
                },
            }
        );
        var (https, http) = (FreePort.Next(), FreePort.Next());
        var config = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "haproxy", "haproxy.cfg")))
            .Replace("/etc/haproxy/palisade.pem", Path.Combine(secrets, "balancer.pem"), StringComparison.Ordinal)
            .Replace("/etc/haproxy/palisade-nodes.pem", Path.Combine(secrets, "ca.pem"), StringComparison.Ordinal)
            .Replace(":443 ", $"127.0.0.1:{Number(https)} ", StringComparison.Ordinal)
            .Replace("bind :80", $"bind 127.0.0.1:{Number(http)}", StringComparison.Ordinal)
            .Replace(" node1:5443 ", $" 127.0.0.1:{Number(node.HttpsPort)} ", StringComparison.Ordinal)
            // Nobody is there.
            .Replace(" node2:5443 ", $" 127.0.0.1:{Number(FreePort.Next())} ", StringComparison.Ordinal)
            .Replace(" node3:5443 ", $" 127.0.0.1:{Number(FreePort.Next())} ", StringComparison.Ordinal);
        var file = Path.Combine(_folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, config);
        await Run.AsLongAsItTakesAsync(None, "haproxy", "-c", "-f", file);
        using var balancer = Process.Start(
            new ProcessStartInfo("haproxy", ["-db", "-f", file])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        try
        {
            using var client = new HttpClient(
                new SocketsHttpHandler
                {
                    SslOptions = { RemoteCertificateValidationCallback = (_, c, _, _) => c is not null },
                    PooledConnectionLifetime = TimeSpan.Zero,
                }
            )
            {
                BaseAddress = new($"https://localhost:{Number(https)}"),
            };
            await AnswersAsync(client, HttpStatusCode.OK, "an answer of the node that is ready");

            await node.Kill9Async();

            await AnswersAsync(
                client,
                HttpStatusCode.ServiceUnavailable,
                "the load balancer's own, as no node is ready"
            );
        }
        finally
        {
            balancer.Kill();
            await balancer.WaitForExitAsync();
        }
    }

    private string FirstPassword => Path.Combine(_folder, "secrets", "first-password");

    /// <summary>As the compose file has it: with the password that its secrets have.</summary>
    private async Task<IEnumerable<KeyValuePair<string, string>>> FirstSignInAsync()
    {
        await Run.AsLongAsItTakesAsync(
            None,
            Path.Combine(Repository.Root, "deploy", "compose", "secrets.sh"),
            Path.Combine(_folder, "secrets")
        );
        return [new("FirstRun__Email", "admin@example.com"), new("FirstRun__PasswordFile", FirstPassword)];
    }

    private static Task AnswersAsync(HttpClient client, HttpStatusCode status, string what) =>
        Poll.UntilAsync(
            async () =>
            {
                try
                {
                    using var answer = await client.GetAsync(new Uri("/healthz/ready", UriKind.Relative));
                    return answer.StatusCode == status;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60),
            what,
            TimeSpan.FromMilliseconds(50),
            CancellationToken.None
        );

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
