using System.Collections.Concurrent;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Rack;

[Collection(EngineCollection.Name)]
public sealed class ContainerWatchTests(EngineFixture engine)
{
    private readonly ConcurrentQueue<ContainerWatch.Look> _looks = [];

    [Fact]
    public async Task Who_asks_while_a_look_is_under_way_shares_the_one_after_it_and_sees_what_was_there_when_it_asked()
    {
        using var hold = new ManualResetEventSlim();
        using var slow = new ContainerWatch(
            engine.Host,
            engine.Networks,
            look =>
            {
                _looks.Enqueue(look);
                hold.Wait();
            }
        );
        var first = Task.Run(() => slow.LookAsync(default));
        Assert.True(SpinWait.SpinUntil(() => !_looks.IsEmpty, TimeSpan.FromSeconds(30)));

        var (id, _) = await StartAsync();
        var askers = Enumerable.Range(0, 20).Select(_ => slow.LookAsync(default)).ToArray();
        hold.Set();
        await Task.WhenAll([first, .. askers]);

        Assert.Equal(2, _looks.Count);
        Assert.Contains(id, slow.Seen.Keys);
        await engine.Client.RemoveAsync(id, force: true, default);
    }

    [Fact]
    public async Task A_container_that_was_just_started_is_seen_without_a_list_of_all()
    {
        using var watch = Watch();
        await watch.LookAsync(default);
        var (other, _) = await StartAsync();
        var (id, labels) = await StartAsync();

        await watch.LookAtAsync(id, labels, default);

        Assert.DoesNotContain(other, watch.Seen.Keys);
        var seen = watch.Seen[id];
        Assert.Equal((ProcessPhase.Running, labels.ProcessId), (seen.State, seen.Labels.ProcessId));
        Assert.NotEqual("", seen.Ip);
        var change = Assert.Single(_looks.Last().Changes);
        Assert.Equal((null, id), (change.Before, change.Now?.ContainerId));

        // The next look at all finds nothing new in it.
        await watch.LookAsync(default);
        Assert.Equal(other, Assert.Single(_looks.Last().Changes).Now?.ContainerId);
        await engine.Client.RemoveAsync(other, force: true, default);
        await engine.Client.RemoveAsync(id, force: true, default);
    }

    [Fact]
    public async Task One_that_ended_at_once_is_seen_as_ended_and_one_that_is_gone_is_not_seen()
    {
        using var watch = Watch();
        var (ended, labels) = await StartAsync("/bin/sh", "-c", "exit 3");
        await engine.Client.WaitAsync(ended, default);
        await watch.LookAtAsync(ended, labels, default);
        Assert.Equal((ProcessPhase.Exited, 3), (watch.Seen[ended].State, watch.Seen[ended].ExitCode));

        await engine.Client.RemoveAsync(ended, force: true, default);
        await watch.LookAsync(default);
        await watch.LookAtAsync(ended, labels, default);
        Assert.DoesNotContain(ended, watch.Seen.Keys);
    }

    private ContainerWatch Watch() => new(engine.Host, engine.Networks, _looks.Enqueue);

    private async Task<(string Id, ContainerLabels Labels)> StartAsync(params string[] command)
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(network, command);
        var labels = SomeContainer.Of("").Labels with
        {
            AppId = (await engine.Networks.ListAsync(default)).Single(a => engine.Networks.NameOf(a) == network.Name),
            ProcessId = spec.Name,
        };
        var id = await engine.Client.CreateAsync(spec with { Labels = labels.Write(engine.Host.Folder.Hash) }, default);
        await engine.Client.StartAsync(id, default);
        return (id, labels);
    }
}
