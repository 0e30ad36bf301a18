using System.Diagnostics;
using System.Text.Json;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// Secrets that are easily recognised go through a whole journey; afterwards every byte that the product left is
/// searched for them. Its log lines are in JSON here, and text where people's secrets are searched for.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class CanaryTests : IAsyncLifetime, IDisposable
{
    private const string App = "mine";
    private const string InEnv = "canary-env-7f31b2c4d9";
    private const string InArgs = "canary-args-58e0a6f173";
    private const string InSource = "canary-source-c90d41e8b2";
    private const string InPassword = "canary-password-3a6b8f2e07";
    private static readonly string[] All = [InEnv, InArgs, InSource, InPassword];

    private readonly JourneyServer _host = new()
    {
        Options = new() { Environment = new Dictionary<string, string> { ["Logs__Format"] = "json" } },
    };

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task S22_secrets_are_only_in_the_container_the_engines_own_store_and_an_authorized_reply()
    {
        var convox = _host.Client;
        var errors = new List<string>();
        using var source = AppSource
            .Of("web")
            .With("www/secret", InSource)
            .Replace("Dockerfile", "COPY start", "ARG BUILD_SECRET\nRUN test -n \"$BUILD_SECRET\"\nCOPY start");
        await using (var sampler = new CommandLines(All))
        {
            await convox.AppsCreateAsync(App);
            await convox.EnvSetAsync(App, new Dictionary<string, string> { ["GREETING"] = InEnv });
            await convox.DeployAsync(App, source.Folder, new() { Args = [$"BUILD_SECRET={InArgs}"] });
            await convox.ScaleAsync(App, "web", count: 2);
            errors.AddRange(await ProvokeAsync(convox));
            Assert.True(sampler.Looks > 20, "the process list was hardly looked at");
            Assert.Empty(await sampler.FoundAsync());
        }

        Assert.Equal(InEnv, (await _host.PageAsync(App))["greeting"]);
        Assert.Equal(InEnv, (await convox.EnvAsync(App))["GREETING"]);
        Assert.Equal(0, (await convox.RunAsync(App, "web", $"test {InEnv} = {InEnv}")).ExitCode);
        Assert.DoesNotContain(errors, e => All.Any(c => e.Contains(c, StringComparison.Ordinal)));

        await _host.Server.StopAsync();
        var backup = Directory.CreateTempSubdirectory("backup").FullName;
        try
        {
            await BackUpAsync(backup);
            string[] places = [_host.Server.Data, _host.Server.Data + ".log", backup];
            var found = Traces.Below(places).Where(f => !IsEnginesOwn(f)).SelectMany(f => Traces.In(f, All)).ToArray();
            Assert.True(found.Length == 0, $"secrets were left in:\n{string.Join('\n', found)}");

            Assert.All(
                Traces.Below(Path.Combine(_host.Server.Data, "server")).SelectMany(File.ReadLines),
                line => JsonDocument.Parse(line).Dispose()
            );

            // The search would have found them: in the engine's own store they are.
            Assert.Contains(
                Traces.Below(_host.Server.Data).Where(IsEnginesOwn).SelectMany(f => Traces.In(f, All)),
                f => f.StartsWith(InEnv, StringComparison.Ordinal)
            );
        }
        finally
        {
            Directory.Delete(backup, recursive: true);
        }
    }

    /// <summary>Mistakes with secrets in them; gives all that was answered.</summary>
    private async Task<IEnumerable<string>> ProvokeAsync(ConvoxClient convox)
    {
        var answers = new List<WireResponse>
        {
            await _host.CallAsync(
                "POST",
                "/registries",
                ("server", "registry.example.test"),
                ("username", "u"),
                ("password", InPassword)
            ),
            await _host.CallAsync("POST", $"/apps/{App}/releases", ("env", $"1NOT-A-NAME={InEnv}")),
            await _host.CallAsync("POST", $"/apps/{App}/releases", ("env", $"GREETING={InEnv}\nno assignment {InEnv}")),
            await _host.CallAsync(
                "POST",
                $"/apps/{App}/builds",
                ("url", $"object://{App}/none.tgz"),
                ("build-args", $"{InArgs}")
            ),
            await convox.CallAsync(
                new("POST", $"/apps/{App}/services/nobody/processes")
                {
                    Options = new Dictionary<string, string> { ["Command"] = $"echo {InEnv}" },
                }
            ),
        };
        Assert.All(answers.Take(1).Concat(answers.Skip(3)), a => Assert.InRange(a.Status, 400, 499));
        return answers.Select(a => a.Text);
    }

    private async Task BackUpAsync(string folder)
    {
        var cli = Path.Combine(
            Repository.Root,
            "src",
            "Cli",
            "bin",
            Repository.Configuration,
            "net10.0",
            "palisade.dll"
        );
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [cli, "admin", "backup", folder, "--data", _host.Server.Data])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await output}{await error}");
        Assert.NotEmpty(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    private bool IsEnginesOwn(string file) =>
        file.StartsWith(Path.Combine(_host.Server.Data, "racks"), StringComparison.Ordinal)
        && file.Split('/').Any(part => part is "graphroot" or "runroot");
}
