using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using Palisade.Racks;
using Palisade.Storage.Logs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Racks;

/// <summary>What becomes of a rack itself is in a log of its own.</summary>
public sealed class RackLogTests
{
    private static readonly RackRef Staging = RackRef.Parse("acme/staging");

    [Fact]
    public async Task A_change_that_has_come_about_is_in_it_and_so_is_what_the_rack_tells()
    {
        await using var acme = await StartAsync();
        Ok(
            await acme
                .Host.Grains.GetGrain<IRackGrain>("acme/staging")
                .SetParametersAsync(
                    Administrator,
                    new(ImmutableSortedDictionary<string, string>.Empty.Add("BuildMemory", "4096"))
                )
        );
        await acme.Host.Get<IRackEvents>().LogAsync(Staging, "not ready: the router does not run");

        await Eventually.Of(
            () => LinesAsync(acme),
            lines =>
                lines.Contains("as asked: version 3.19.0, BuildMemory 4096", StringComparer.Ordinal)
                && lines.Contains("not ready: the router does not run", StringComparer.Ordinal),
            "both are in the rack's log"
        );
    }

    private static async Task<List<string>> LinesAsync(Acme acme)
    {
        var lines = new List<string>();
        await foreach (var line in acme.Host.Store.Logs.ReadAsync("rack/acme/staging", new LogQuery()))
        {
            lines.Add(line.Text);
        }

        return lines;
    }
}
