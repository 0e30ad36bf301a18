using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Access;

public sealed class RecordsTests
{
    [Fact]
    public async Task Each_action_is_one_record_with_its_result_reason_and_request()
    {
        await using var acme = await StartAsync(pump: false);
        var (good, bad, denied, idle) = (By("dev"), By("dev"), By("audit"), By("dev"));

        Ok(await acme.App().CreateAsync(good, null));
        Assert.Equal("app.exists", Code(await acme.App().CreateAsync(bad, null)));
        Assert.Equal("access.denied", Code(await acme.App("api").CreateAsync(denied, null)));
        Ok(await acme.App().UpdateAsync(idle, new UpdateApp(false, null)));

        await AssertOneAsync(good, EntryResult.Ok, "app.create", null);
        await AssertOneAsync(bad, EntryResult.Failed, "app.create", "app.exists: app web already exists");
        await AssertOneAsync(denied, EntryResult.Denied, "app.create", "access.denied: ");
        await AssertOneAsync(idle, EntryResult.Ok, "app.update", null);

        async Task AssertOneAsync(Caller caller, EntryResult result, string operation, string? reason)
        {
            var found = await acme.Host.Store.Journal.SearchAsync(
                new EntryFilter { Org = "acme", RequestId = caller.RequestId }
            );
            var record = Assert.Single(found);
            Assert.Equal((result, operation, caller.Principal.Id), (record.Result, record.Operation, record.Actor.Id));
            Assert.Contains(reason ?? "", record.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S32_identical_refusals_fold_into_the_first_and_a_count()
    {
        await using var acme = await StartAsync(pump: false);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("access.denied", Code(await acme.App().DeleteAsync(Auditor)));
        }

        Assert.Equal("access.denied", Code(await acme.App("api").DeleteAsync(Auditor)));
        Assert.Equal("access.denied", Code(await acme.App().DeleteAsync(Auditor with { Ip = "192.0.2.8" })));
        Assert.Equal(3, (await acme.RecordsAsync("app.delete", EntryResult.Denied)).Length);

        var recorder = acme.Host.Get<IRecorder>();
        await recorder.FlushAsync();
        var folded = (await acme.RecordsAsync("app.delete", EntryResult.Denied))[0];
        Assert.Equal(4, (await acme.RecordsAsync("app.delete", EntryResult.Denied)).Length);
        Assert.Contains("\"repeated\":\"49\"", folded.Body, StringComparison.Ordinal);

        // Quiet for a whole period: the next is a first again.
        await recorder.FlushAsync();
        Assert.Equal("access.denied", Code(await acme.App().DeleteAsync(Auditor)));
        Assert.Equal(5, (await acme.RecordsAsync("app.delete", EntryResult.Denied)).Length);
    }

    [Fact]
    public async Task S32_what_was_counted_is_written_at_stop()
    {
        await using var acme = await StartAsync(pump: false);
        for (var i = 0; i < 3; i++)
        {
            await acme.App().DeleteAsync(Auditor);
        }

        await acme.Host.RestartAsync(pump: false);

        Assert.Contains(
            await acme.RecordsAsync("app.delete", EntryResult.Denied),
            r => r.Body.Contains("\"repeated\":\"2\"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task S32_a_flood_of_refusals_does_not_hide_what_went_well()
    {
        await using var acme = await StartAsync(pump: false);
        var recorder = acme.Host.Get<IRecorder>();
        for (var i = 0; i < Recorder.MaxFolded; i++)
        {
            var refused = new Outcome(EntryResult.Denied, $"signin.{i}");
            recorder.Copy(Auditor, Operations.MemberSignIn, Resource.Org, refused);
        }

        for (var i = 1; i <= 2; i++)
        {
            await recorder.FoldAsync(Developer, Operations.MemberSignIn, Resource.Org, Outcome.Ok);
            Assert.Equal(i, (await acme.RecordsAsync("member.signin", EntryResult.Ok)).Length);
        }
    }

    [Fact]
    public async Task S32_sign_ins_of_the_unknown_fold_by_network()
    {
        await using var acme = await StartAsync(pump: false);
        var recorder = acme.Host.Get<IRecorder>();
        var refused = new Outcome(EntryResult.Denied, "signin.unknown_user");
        for (var i = 0; i < 40; i++)
        {
            foreach (var ip in new[] { $"2001:db8:0:1::{i + 1:x}", "198.51.100.1" })
            {
                await recorder.RecordAsync(
                    By($"guess{i}", PrincipalKind.None, null) with
                    {
                        Ip = ip,
                    },
                    Operations.SignIn,
                    Resource.Org,
                    refused
                );
            }
        }

        Assert.Equal(2, await CountAsync());
        await recorder.FlushAsync();
        Assert.Equal(4, await CountAsync());

        async Task<int> CountAsync() =>
            (
                await acme.Host.Store.Journal.SearchAsync(
                    new EntryFilter
                    {
                        Org = "",
                        Operation = "signin",
                        Limit = 1000,
                    }
                )
            ).Length;
    }

    [Fact]
    public async Task The_attempt_on_another_organization_is_in_the_installations_log()
    {
        await using var acme = await StartAsync(pump: false);

        Assert.Equal("access.denied", Code(await acme.App().DeleteAsync(Outsider)));

        var found = await acme.Host.Store.Journal.SearchAsync(new EntryFilter { Org = "", Operation = "app.delete" });
        Assert.Equal(("eve", EntryResult.Denied), (Assert.Single(found).Actor.Id, found[0].Result));
    }
}
