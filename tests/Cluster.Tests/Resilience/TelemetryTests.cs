using System.Globalization;
using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>What a collector and Prometheus get to see of a server at work.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class TelemetryTests
{
    private const string Secret = "canary-telemetry-91c3e7d20b";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task One_trace_leads_from_a_request_through_grain_journal_and_job_to_the_racks_steps_without_a_secret()
    {
        await using var collector = OtlpCollector.Open();
        var metrics = FreePort.Next();
        var environment = collector.Environment();
        environment["OTEL_EXPORTER_PROMETHEUS_PORT"] = metrics.ToString(CultureInfo.InvariantCulture);
        await using var server = await ServerProcess.StartAsync(new() { Environment = environment });
        var client = ConvoxClient.Of(server);
        using var source = SampleApp.Web();
        await client.AppsCreateAsync("web");
        await client.EnvSetAsync("web", new Dictionary<string, string> { ["GREETING"] = Secret });
        var released = await client.DeployAsync("web", source.Folder);
        // SECURITY: a path and a query that hold what only their bearer should know.
        await client.CallAsync(new("GET", $"/apps/{Secret}/builds?token={Secret}"));
        await client.CallAsync(new("POST", $"/apps/{Secret}/cancel?token={Secret}"));

        // What they leave is looked for when it is there: a request's span ends after all that are below it.
        await Poll.UntilAsync(
            () =>
                collector.Spans.Select(s => s.Name).ToHashSet() is var seen
                && seen.IsSupersetOf(["GET /apps/{app}/builds", "POST /apps/{app}/cancel"]),
            Limit,
            "the spans of calls that name no app"
        );
        await Poll.UntilAsync(
            () =>
                Promotion(collector) is { } p
                && Below(collector, p).Select(s => s.Name).ToHashSet() is var seen
                // A job's span comes when the job has ended.
                && seen.IsSupersetOf(["rack.step create process", "job app.converge", "journal.append"]),
            Limit,
            "the trace of the promotion"
        );
        var promotion = Promotion(collector)!;
        var trace = Below(collector, promotion);
        Assert.Equal("/apps/{app}/releases/{id}/promote", promotion.Attributes["http.route"]);
        Assert.Contains(trace, s => s.Name.Contains("AppGrain", StringComparison.Ordinal));
        var append = Assert.Single(
            trace,
            s =>
                s.Name == "journal.append"
                && Ancestors(trace, s).Any(a => a.Id == promotion.Id)
                && !Ancestors(trace, s).Any(IsJob)
        );
        Assert.Equal("appended", append.Attributes["palisade.result"]);
        var step = trace.First(s => s.Name == "rack.step create process");
        Assert.Contains(Ancestors(trace, step), s => s.Name == "job app.converge");
        Assert.Contains(Ancestors(trace, step), s => s.Id == promotion.Id);

        using var http = new HttpClient();
        var figures = await http.GetStringAsync(new Uri($"http://127.0.0.1:{metrics}/metrics"));
        Assert.Contains("palisade_journal_append_duration_seconds_count", figures, StringComparison.Ordinal);
        Assert.Matches("palisade_access_decisions_total\\{.*operation=\"release.promote\".*verdict=\"allow\"", figures);
        Assert.Matches("palisade_job_attempt_duration_seconds_count\\{.*kind=\"app.converge\"", figures);
        Assert.Contains("kestrel_active_connections", figures, StringComparison.Ordinal);
        Assert.DoesNotContain(
            collector.Spans.SelectMany(s => s.Attributes.Keys),
            name => name is "url.query" or "client.address" or "network.peer.address" or "user_agent.original"
        );
        Assert.Equal(404, (await client.CallAsync(new("GET", "/metrics"))).Status);

        Assert.Equal(released.ReleaseId, (await client.AppAsync("web")).Release);
        Assert.Empty(Before(collector.Bodies.Append(Encoding.UTF8.GetBytes(figures)), Secret));
        Assert.Empty(Before(collector.Bodies, client.Target.Token));
        // Logs name what clients typed (a grain that takes long, by its key): they stay on the server.
        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Paths.Order());
    }

    /// <summary>What stands before the secret in each body that holds it.</summary>
    private static IEnumerable<string> Before(IEnumerable<byte[]> bodies, string secret) =>
        bodies
            .Select(body => (Body: body, At: body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret))))
            .Where(found => found.At >= 0)
            .Select(found =>
                Encoding.ASCII.GetString(found.Body, Math.Max(0, found.At - 600), Math.Min(600, found.At))
            );

    [Fact]
    public async Task A_variable_that_is_wrong_is_named_and_nothing_starts()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ServerProcess.StartAsync(
                new() { Environment = new Dictionary<string, string> { ["OTEL_EXPORTER_PROMETHEUS_PORT"] = "many" } }
            )
        );

        Assert.Contains("OTEL_EXPORTER_PROMETHEUS_PORT is a port", refused.Message, StringComparison.Ordinal);
    }

    private static bool IsJob(OtlpSpan span) => span.Name.StartsWith("job ", StringComparison.Ordinal);

    private static OtlpSpan? Promotion(OtlpCollector collector) =>
        collector.Spans.FirstOrDefault(s =>
            s.Name.StartsWith("POST", StringComparison.Ordinal) && s.Name.EndsWith("/promote", StringComparison.Ordinal)
        );

    private static List<OtlpSpan> Below(OtlpCollector collector, OtlpSpan root) =>
        [.. collector.Spans.Where(s => s.Trace == root.Trace)];

    private static IEnumerable<OtlpSpan> Ancestors(List<OtlpSpan> trace, OtlpSpan span)
    {
        for (var at = span; trace.FirstOrDefault(s => s.Id == at.Parent) is { } parent; at = parent)
        {
            yield return parent;
        }
    }
}
