using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Access;

/// <summary>What a request's first look proved is not asked for again, and not believed for longer than that.</summary>
public sealed class ProvenHeadsTests
{
    private static readonly StreamId Policy = StreamId.Org("acme");

    [Fact]
    public async Task A_decision_is_as_fresh_as_the_look_that_its_request_began_with_and_later_ones_read_again()
    {
        await using var acme = await StartAsync(pump: false);
        var gate = acme.Host.Get<IGate>();
        var (caller, web) = (await ProvingAsync(acme, Developer), Resource.App("staging", "web"));
        Assert.True(await gate.AllowsAsync(caller, Operations.AppGet, web));

        Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"));

        Assert.True(await gate.AllowsAsync(caller, Operations.AppGet, web));
        acme.Host.Time.Shift(TimeSpan.FromHours(1));
        Assert.False(await gate.AllowsAsync(caller, Operations.AppGet, web));
    }

    [Fact]
    public async Task A_command_is_refused_when_what_allowed_it_was_revoked_before_its_commit()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        var caller = await ProvingAsync(acme, Developer);
        acme.Host.Overtaker.Before<AppLockChanged>(async () =>
            Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"))
        );

        var locked = await acme.App().UpdateAsync(caller, new UpdateApp(Lock: true, Parameters: null));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.Equal("access.denied", Code(locked));
        Assert.False(Ok(await acme.App().GetAsync(Administrator)).Locked);
    }

    [Fact]
    public async Task A_command_goes_through_when_the_policy_moved_and_still_allows_it()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        var caller = await ProvingAsync(acme, Developer);
        acme.Host.Overtaker.Before<AppLockChanged>(async () =>
            Ok(await acme.Org.RemoveMemberAsync(Administrator, "audit"))
        );

        Ok(await acme.App().UpdateAsync(caller, new UpdateApp(Lock: true, Parameters: null)));

        Assert.True(Ok(await acme.App().GetAsync(Administrator)).Locked);
    }

    [Fact]
    public async Task A_command_whose_policy_moves_again_and_again_is_refused_once_it_is_revoked()
    {
        await using var acme = await StartAsync(pump: false);
        await acme.CreateAppWithoutPumpAsync();
        var caller = await ProvingAsync(acme, Developer);
        acme.Host.Overtaker.Before<AppLockChanged>(async () =>
        {
            Ok(await acme.Org.RemoveMemberAsync(Administrator, "audit"));
            acme.Host.Overtaker.Before<AppLockChanged>(async () =>
                Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"))
            );
        });

        var locked = await acme.App().UpdateAsync(caller, new UpdateApp(Lock: true, Parameters: null));

        Assert.True(acme.Host.Overtaker.Done);
        Assert.Equal("access.denied", Code(locked));
        Assert.False(Ok(await acme.App().GetAsync(Administrator)).Locked);
    }

    private static async Task<Caller> ProvingAsync(Acme acme, Caller caller)
    {
        var heads = await acme.Host.Store.Journal.HeadsAsync([Policy]);
        var until = acme.Host.Time.GetUtcNow() + TimeSpan.FromHours(1);
        return caller with
        {
            Proven = new(ImmutableSortedDictionary<string, long>.Empty.Add(Policy.Value, heads[0].Head), until),
        };
    }
}
