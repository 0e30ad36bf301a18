using System.Diagnostics;
using System.Globalization;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>
/// The server may be killed at any moment: what it acknowledged holds, what it began it ends, and nothing is left over
/// or doubled.
/// </summary>
[Collection(ResilienceGroup.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    /// <summary>Set PALISADE_SEED to play one run again.</summary>
    [Fact]
    public Task Killed_at_any_point_it_converges_to_what_was_acknowledged() => StoryAsync(rounds: 5);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Killed_at_twenty_points_it_converges_to_what_was_acknowledged() => StoryAsync(rounds: 20);

    private async Task StoryAsync(int rounds)
    {
        await using var server = await ServerProcess.StartAsync();
        try
        {
            await RunAsync(server, rounds);
        }
        catch
        {
            output.WriteLine(server.Log[^Math.Min(8000, server.Log.Length)..]);
            throw;
        }
    }

    private async Task RunAsync(ServerProcess server, int rounds)
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("PALISADE_SEED"),
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : Random.Shared.Next();
        output.WriteLine($"PALISADE_SEED={seed}");
        var random = new Random(seed);
        using var source = SampleApp.Web();
        var archive = SourceArchive.Pack(source.Folder);
        var bystander = new Victim(server, "still", archive);
        await bystander.DeployAsync();
        var host = (await ConvoxClient.Of(server).ServicesAsync("still")).Single().Domain!;
        await using var load = new SteadyLoad(server.RouterPort, host, perSecond: 40);
        var victim = new Victim(server, "victim", archive);

        // What each takes undisturbed; a kill falls somewhere within.
        var deploy = await TimeAsync(victim.DeployAsync);
        var set = await TimeAsync(victim.SetAsync);
        var delete = await TimeAsync(victim.DeleteAsync);
        output.WriteLine(
            $"undisturbed: deploy {deploy.TotalMilliseconds:0} ms, env {set.TotalMilliseconds:0} ms, delete {delete.TotalMilliseconds:0} ms"
        );
        var restarts = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var (what, act, takes) = Choose(victim, random, round, deploy, set, delete);
            var delay = takes * random.NextDouble();
            load.Mark($"round {round}: {what}, killed after {delay.TotalMilliseconds:0} ms");
            await KillDuringAsync(server, victim, act, delay);
            var clock = Stopwatch.StartNew();
            await server.StartAgainAsync();
            restarts.Add(clock.Elapsed.TotalMilliseconds);
            var release = await victim.ConvergedAsync();
            await bystander.ConvergedAsync();
            load.Mark(
                $"round {round}: ready after {restarts[^1]:0} ms, converged after {clock.ElapsedMilliseconds} ms, runs {release ?? "nothing, the app is gone"}"
            );
            await ExactlyAsync(
                server,
                [
                    ("still", 1),
                    .. release is null ? Array.Empty<(string, int)>() : [("victim", release.Length > 0 ? 1 : 0)],
                ],
                round
            );
        }

        await load.StopAsync();
        output.WriteLine($"{load}");
        load.AssertNoneLost();
        Assert.Single(load.Answers);
    }

    private static (string What, Func<Task> Act, TimeSpan Takes) Choose(
        Victim victim,
        Random random,
        int round,
        TimeSpan deploy,
        TimeSpan set,
        TimeSpan delete
    ) =>
        !victim.Exists || victim.Promotes == 0 || round % 2 == 0
            ? ("deploy", victim.DeployAsync, deploy)
            : random.Next(3) switch
            {
                0 => ("env set", victim.SetAsync, set),
                1 => ("rollback", victim.RollbackAsync, set),
                _ => ("delete", victim.DeleteAsync, delete),
            };

    private static async Task<TimeSpan> TimeAsync(Func<Task> act)
    {
        var clock = Stopwatch.StartNew();
        await act();
        return clock.Elapsed;
    }

    /// <summary>
    /// What the client sees of the kill is whatever a broken connection looks like; before it, everything has to work.
    /// </summary>
    private static async Task KillDuringAsync(ServerProcess server, Victim victim, Func<Task> act, TimeSpan delay)
    {
        using var stop = new CancellationTokenSource();
        victim.Stop = stop.Token;
        var killed = false;
        var acting = Task.Run(async () =>
        {
            try
            {
                await act();
            }
            catch (Exception) when (Volatile.Read(ref killed))
            {
                // The connection broke, or the answer was cut.
            }
        });
        // SMALL WAIT: the point in time is what the test is about.
        await Task.WhenAny(acting, Task.Delay(delay));
        Volatile.Write(ref killed, true);
        await server.Kill9Async();

        // It must not go on when the server is back: what it does then is nothing that this round knows of.
        await stop.CancelAsync();
        await acting;
        victim.Stop = CancellationToken.None;
    }

    /// <summary>Exactly the wanted processes and nothing else of anything.</summary>
    private static async Task ExactlyAsync(ServerProcess server, (string App, int Count)[] wanted, int round)
    {
        var machine = Machine.Of(server);
        var missing = "";
        try
        {
            await Poll.UntilAsync(
                () => (missing = Wrong(machine, wanted)).Length == 0,
                TimeSpan.FromMinutes(3),
                "a clean machine",
                TimeSpan.FromMilliseconds(300)
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"round {round}: {missing}\n{server.Log[^Math.Min(6000, server.Log.Length)..]}",
                e
            );
        }
    }

    private static string Wrong(Machine machine, (string App, int Count)[] wanted)
    {
        var wrong = new List<string>();
        var containers = machine.Containers();
        var processes = wanted.Sum(w => w.Count);
        if (containers.Count != processes || containers.Any(c => c.State != "running"))
        {
            wrong.Add(
                $"{processes} processes wanted, there are: {string.Join(", ", containers.Select(c => $"{c.Process} {c.State}"))}"
            );
        }

        // A network for each app that runs something. One that has none to run any more may keep the one it had.
        var networks = machine
            .Podman("network", "ls", "--format", "{{.Name}}")
            .Split('\n')
            .Count(n => n.StartsWith($"palisade-{machine.Hash}", StringComparison.Ordinal));
        var needed = wanted.Count(w => w.Count > 0);
        if (networks < needed || networks > wanted.Length)
        {
            wrong.Add($"{needed} networks wanted, there are {networks}");
        }

        Add("network namespaces of builds", machine.Namespaces());
        Add("cgroups of builds", [.. machine.Cgroups().Where(c => c.StartsWith("build-", StringComparison.Ordinal))]);
        Add("folders of builds", machine.BuildFolders());
        Add("builders", [.. machine.Processes("--iidfile").Select(p => $"{p}")]);
        if (machine.Processes("haproxy").Count is 0)
        {
            wrong.Add("no HAProxy");
        }

        return string.Join("; ", wrong);

        void Add(string what, IReadOnlyCollection<string> left)
        {
            if (left.Count > 0)
            {
                wrong.Add($"{what}: {string.Join(", ", left)}");
            }
        }
    }
}
