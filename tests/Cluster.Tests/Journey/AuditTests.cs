using Palisade.Domain.Access;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Palisade.Storage.Journal;
using Palisade.Storage.Operating;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// What the journal says after a whole journey: one record per action, with who, what, on which resource and how it
/// ended.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class AuditTests(JourneyServer host) : IClassFixture<JourneyServer>
{
    private const string App = "ledger";
    private const string Developer = "u0123456789ab";

    [Fact]
    public async Task Every_action_is_recorded_once_with_its_actor_resource_and_result()
    {
        var server = host.Server;
        await server.StopAsync();
        var token = await StoppedServer.AddMemberAsync(server, Developer, BuiltInRoles.DeveloperV2);
        await server.StartAgainAsync();
        var convox = host.Client;
        var developer = new ConvoxClient(convox.Target with { Token = token });

        using var source = AppSource.Of("web");
        await convox.AppsCreateAsync(App);
        var first = await convox.DeployAsync(App, source.Folder);
        var changed = await convox.EnvSetAsync(
            App,
            new Dictionary<string, string> { ["GREETING"] = "hidden-value-1" },
            promote: true
        );
        await convox.EnvAsync(App);
        await convox.ScaleAsync(App, "web", count: 2);
        await convox.RunAsync(App, "web", "echo hidden-value-1");
        await convox.ExecAsync(App, "web", "true");
        await convox.RestartAsync(App, "web");
        await convox.WaitForAppAsync(App);
        var back = await convox.RollbackAsync(App, first.ReleaseId);
        await convox.AppsLockAsync(App, locked: true);
        await Assert.ThrowsAsync<ConvoxException>(() => convox.AppsDeleteAsync(App));
        await convox.AppsLockAsync(App, locked: false);

        await developer.AppsAsync();
        await developer.EnvSetAsync(App, new Dictionary<string, string> { ["BY"] = "developer" });
        var denied = await developer.CallAsync(
            new("PUT", "/system") { Form = new Dictionary<string, string> { ["parameters"] = "HealthDeadline=5" } }
        );
        Assert.Equal(403, denied.Status);
        var locked = await convox.CallAsync(new("DELETE", $"/apps/{App}"));
        Assert.Equal(200, locked.Status);
        await Poll.UntilAsync(
            async () => (await convox.CallAsync(new("GET", $"/apps/{App}"))).Status == 404,
            TimeSpan.FromMinutes(1),
            "the end of the app"
        );

        await server.StopAsync();
        await using var store = await StoppedServer.OpenAsync(server);
        var report = await StoreVerification.RunAsync(store);
        Assert.True(report.Streams > 5);
        Assert.Empty(report.Faults);
        var org = server.FirstRun.Organization;
        var records = (await StoppedServer.RecordsAsync(store, org)).ToArray();
        var about = records.Where(r => r.Resource == $"{server.FirstRun.Rack}/{App}").ToArray();
        var administrator = about.First(r => r.Operation == Operations.AppCreate.Name).Actor;

        // (operation, actor, result, how often): the journey above, and nothing it did not do.
        (Operation Operation, EntryResult Result, int Times)[] expected =
        [
            (Operations.AppCreate, EntryResult.Ok, 1),
            (Operations.SourceUpload, EntryResult.Ok, 1),
            (Operations.BuildCreate, EntryResult.Ok, 1),
            (Operations.ReleaseCreate, EntryResult.Ok, 1),
            (Operations.AppEnvSet, EntryResult.Ok, 2),
            (Operations.ReleasePromote, EntryResult.Ok, 3),
            (Operations.ServiceScale, EntryResult.Ok, 1),
            (Operations.ServiceRestart, EntryResult.Ok, 1),
            (Operations.ProcessRun, EntryResult.Ok, 1),
            (Operations.ProcessRunExec, EntryResult.Ok, 1),
            (Operations.ProcessRunStop, EntryResult.Ok, 1),
            (Operations.AppExec, EntryResult.Ok, 1),
            (Operations.AppUpdate, EntryResult.Ok, 2),
            (Operations.AppDelete, EntryResult.Failed, 1),
            (Operations.AppDelete, EntryResult.Ok, 1),
        ];
        var byAdministrator = about.Where(r => r.Actor == administrator).ToArray();
        foreach (var (operation, result, times) in expected)
        {
            var found = byAdministrator.Count(r => r.Operation == operation.Name && r.Result == result);
            Assert.True(
                times == found,
                $"{operation.Name} {result}: {found} records instead of {times}:\n{Lines(byAdministrator)}"
            );
        }

        Assert.All(about, r => Assert.Matches("^[0-9a-f]{12}$", r.RequestId));
        Assert.Equal(
            3,
            byAdministrator
                .Where(r => r.Operation == Operations.ReleasePromote.Name)
                .Select(r => r.RequestId)
                .Distinct()
                .Count()
        );
        Assert.Contains(
            records,
            r =>
                r.Operation == Operations.AppEnvReveal.Name
                && r.Actor == administrator
                && r.Body.Contains(changed, StringComparison.Ordinal)
        );
        Assert.Contains(
            records,
            r => r.Operation == Operations.ReleasePromote.Name && r.Body.Contains(back, StringComparison.Ordinal)
        );
        var failed = about.Single(r => r.Operation == Operations.AppDelete.Name && r.Result == EntryResult.Failed);
        Assert.Contains("app.locked", failed.Body, StringComparison.Ordinal);

        var refusal = Assert.Single(records, r => r.Actor.Id == Developer && r.Result == EntryResult.Denied);
        Assert.Equal((Operations.RackParamsSet.Name, server.FirstRun.Rack), (refusal.Operation, refusal.Resource));
        Assert.Equal(denied.Headers["Request-Id"], refusal.RequestId);
        Assert.Contains("decisionId", refusal.Body, StringComparison.Ordinal);
        Assert.Single(
            about,
            r => r.Actor.Id == Developer && r.Operation == Operations.AppEnvSet.Name && r.Result == EntryResult.Ok
        );
        Assert.DoesNotContain(records, r => r.Body.Contains("hidden-value-1", StringComparison.Ordinal));
    }

    private static string Lines(IEnumerable<StoredEntry> records) =>
        string.Join('\n', records.Select(r => $"  {r.Operation} {r.Result} {r.RequestId} {r.Event?.GetType().Name}"));
}
