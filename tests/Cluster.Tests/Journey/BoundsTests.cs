using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>What is kept of apps, on a server with tight bounds and on real containers (S08).</summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed partial class BoundsTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private ServerProcess _server = null!;

    private ConvoxClient Convox => ConvoxClient.Of(_server);

    public async Task InitializeAsync() =>
        _server = await ServerProcess.StartAsync(
            new()
            {
                Environment = new Dictionary<string, string>
                {
                    ["Apps__KeepReleases"] = "2",
                    ["Apps__KeepProven"] = "1",
                    ["Apps__LogBytesPerSecond"] = "65536",
                },
            }
        );

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task S08_images_that_no_kept_release_needs_go_also_over_a_kill_and_a_rollback_says_what_went()
    {
        const string App = "pruned";
        using var source = AppSource.Of("web");
        await Convox.AppsCreateAsync(App);
        var running = await Convox.DeployAsync(App, source.Folder);
        var made = new List<BuildResult>();
        for (var i = 0; i < 4; i++)
        {
            source.With("www/version", i.ToString(CultureInfo.InvariantCulture));
            made.Add(await Convox.BuildAsync(App, source.Folder));
        }

        await _server.Kill9Async();
        await _server.StartAgainAsync();

        string[] kept = [running.BuildId, .. made.TakeLast(2).Select(b => b.BuildId)];
        var wanted = kept.Select(b => b.ToLowerInvariant()).Order(StringComparer.Ordinal).ToList();
        await Poll.UntilAsync(
            async () => Has(wanted) && (await Convox.BuildsAsync(App)).Select(b => b.Id).ToHashSet().SetEquals(kept),
            Soon,
            "only the images and builds of kept releases"
        );
        var refused = await Assert.ThrowsAsync<ConvoxException>(() => Convox.RollbackAsync(App, made[0].ReleaseId));
        Assert.Equal(404, refused.Status);
        Assert.Contains($"release {made[0].ReleaseId} was pruned", refused.Message, StringComparison.Ordinal);
        Assert.Contains("deploy its source again", refused.Message, StringComparison.Ordinal);

        // The oldest that is kept, then what ran before it.
        await Convox.PromoteAsync(App, made[2].ReleaseId);
        var back = await Convox.RollbackAsync(App, running.ReleaseId);
        Assert.Equal(back, (await Convox.AppAsync(App)).Release);
    }

    [Fact]
    public async Task S08_every_line_of_a_flooding_container_is_kept_or_counted()
    {
        const string App = "flood";
        const int Lines = 150_000;
        using var source = AppSource.Of("web");
        await Convox.AppsCreateAsync(App);
        await Convox.DeployAsync(App, source.Folder);

        var process = await Convox.RunDetachedAsync(App, "web", $"sh -c 'seq 1 {Lines}; sleep 60'");

        var (kept, dropped) = (0, 0);
        await Poll.UntilAsync(
            async () =>
            {
                (kept, dropped) = await CountAsync(App, process);
                return kept + dropped >= Lines;
            },
            Soon,
            "a trace of every line"
        );
        Assert.Equal(Lines, kept + dropped);
        Assert.InRange(dropped, 1, Lines - 1);
        Assert.InRange(kept, 1, Lines - 1);
    }

    private async Task<(int Kept, int Dropped)> CountAsync(string app, string process)
    {
        await using var logs = await Convox.LogsAsync(app, follow: false, since: "1h0m0s");
        var lines = Encoding
            .UTF8.GetString(await logs.ReadToEndAsync())
            .Split('\n')
            .Where(l => l.Contains(process, StringComparison.Ordinal))
            .ToList();
        var told = lines.Select(l => Told().Match(l)).Where(m => m.Success).ToList();
        return (lines.Count - told.Count, told.Sum(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)));
    }

    /// <summary>
    /// Podman's own list fails while an image that it has begun to list is removed: it is asked again.
    /// </summary>
    private bool Has(IEnumerable<string> wanted)
    {
        try
        {
            return Tags().SequenceEqual(wanted);
        }
        catch (InvalidOperationException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private IEnumerable<string> Tags() =>
        Machine
            .Of(_server)
            .Images()
            .Where(i => i.Contains("palisade/", StringComparison.Ordinal))
            .Select(i => i[(i.LastIndexOf(':') + 1)..])
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@" (\d+) lines dropped: ")]
    private static partial Regex Told();
}
