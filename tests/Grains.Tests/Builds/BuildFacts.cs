using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Tests.Builds;

/// <summary>What tests of builds look at.</summary>
internal static class BuildFacts
{
    /// <summary>Takes the build's job up as a node that will be killed.</summary>
    public static async Task<JobToken> ClaimAsync(Acme acme, string node = "killed")
    {
        var jobs = acme.Host.Store.Jobs;
        await jobs.RegisterAsync(new NodeInfo(node, "", [acme.Host.Get<NodeIdentity>().HostCapability]));
        var claimed = (await jobs.ClaimAsync(node, 10)).Single(j => j.Job.Kind == BuildJob.Kind);
        return new JobToken(claimed.Job.Id, claimed.Attempt);
    }

    public static async Task<IEnumerable<ReleaseView>> ReleasesOfAsync(Acme acme, string build) =>
        (await acme.Host.Store.Views.ListAsync(new("acme", ViewKinds.Release, "staging/web/")))
            .Select(r => ViewJson.Read<ReleaseView>(r.Json))
            .Where(r => r.Build == build);

    public static async Task<List<string>> LogAsync(Acme acme, string build)
    {
        var lines = new List<string>();
        await foreach (
            var line in acme.Host.Store.Logs.ReadAsync(
                $"build/acme/staging/web/{build}",
                new LogQuery { Follow = true }
            )
        )
        {
            lines.Add(line.Text);
        }

        return lines;
    }
}
