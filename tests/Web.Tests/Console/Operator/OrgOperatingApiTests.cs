using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Keys;
using Palisade.Web.Console.Operator;
using Palisade.Web.Console.People;
using Palisade.Web.Tests.Console.People;

namespace Palisade.Web.Tests.Console.Operator;

/// <summary>What the operator says of organizations holds where it counts.</summary>
public sealed class OrgOperatingApiTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const string Op = ConsoleWorld.OperatorName;

    [Fact]
    public async Task S04_a_suspended_organization_refuses_its_people_and_keys_with_the_reason_and_nobody_else()
    {
        var key = await world.SendAsync<IssuedKeyJson>(
            "ada",
            "POST",
            "/orgs/acme/keys",
            new KeyBody { Name = "suspended", Racks = Selector.Name("staging") }
        );
        world.UseToken("key", key.Value!.Secret);

        var suspended = await SuspendAsync("unpaid since May");
        try
        {
            Assert.Equal((200, "unpaid since May"), (suspended.Status, suspended.Value!.Reason));
            foreach (var who in (string[])["ada", "dev", "audi", "key"])
            {
                var (status, text) = await WireAsync(who, "/apps");
                Assert.Equal(403, status);
                Assert.Contains("suspended this organization: unpaid since May", text, StringComparison.Ordinal);
            }

            var console = await world.SendAsync<Page<MemberJson>>("ada", "GET", "/orgs/acme/members");
            Assert.Equal((403, "org.suspended"), (console.Status, console.Problem!.Code));
            Assert.Equal(200, (await world.SendAsync<AccountJson>("ada", "GET", "/account")).Status);
            Assert.Equal(404, (await world.SendAsync<Page<MemberJson>>("eve", "GET", "/orgs/acme/members")).Status);
            Assert.Equal(404, (await world.SendAsync<Page<MemberJson>>(Op, "GET", "/orgs/acme/members")).Status);
            Assert.Equal(200, (await world.SendAsync<Page<MemberJson>>("eve", "GET", "/orgs/other/members")).Status);
            var refused = await world.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = "acme",
                    ActorId = "audi",
                    Result = EntryResult.Denied,
                }
            );
            Assert.Contains(refused, e => e.Body.Contains("org.suspended", StringComparison.Ordinal));
        }
        finally
        {
            Assert.Null((await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/resume")).Value!.Suspended);
        }

        Assert.Equal(200, (await WireAsync("ada", "/apps")).Status);
        Assert.Equal(200, (await WireAsync("key", "/racks")).Status);
    }

    [Fact]
    public async Task S04_the_page_of_a_suspended_organization_says_why()
    {
        await SuspendAsync("unpaid <since> May");
        try
        {
            var (status, page) = await PageAsync("dev", "/o/acme/apps");

            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains("suspended this organization: unpaid &lt;since&gt; May", page, StringComparison.Ordinal);
        }
        finally
        {
            await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/resume");
        }

        Assert.Equal(HttpStatusCode.OK, (await PageAsync("dev", "/o/acme/apps")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("eve", "/o/acme/apps")).Status);
    }

    [Fact]
    public async Task S04_nobody_joins_a_suspended_organization()
    {
        var (_, token) = await world.InviteAsync(null, PeopleWorld.On("Auditor"));
        await SuspendAsync("x");
        var refused = await world.SendAsync<RegisteredJson>(
            null,
            "POST",
            "/invites/accept",
            new RegisterJson(token, "Late", "violet ladder 88 hums", "late@example.test")
        );
        await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/resume");

        Assert.Equal((403, "org.suspended"), (refused.Status, refused.Problem!.Code));
    }

    [Fact]
    public async Task S08_quotas_that_the_operator_sets_hold_for_members_and_keys_of_that_organization()
    {
        await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("small", "eve"));
        var set = await QuotasAsync("small", new OrgQuotas { Members = 1, DeployKeys = 1 });
        Assert.Equal((200, new OrgQuotas { Members = 1, DeployKeys = 1 }), (set.Status, set.Value!.Quotas));

        Assert.Equal(201, (await KeyAsync("first")).Status);
        Assert.Equal((429, "key.limit"), Brief(await KeyAsync("second")));
        var invite = await world.SendAsync<IssuedInviteJson>(
            "eve",
            "POST",
            "/orgs/small/invites",
            new NewInviteJson([PeopleWorld.On("Auditor")], Open: true)
        );
        var joined = await world.SendAsync<JoinedJson>(
            "dev",
            "POST",
            "/account/invites/accept",
            new InviteTokenJson(invite.Value!.Link.Split('#')[1])
        );
        Assert.Equal((429, "org.too_many_members"), Brief(joined));
        Assert.Equal(200, (await QuotasAsync("small", OrgQuotas.None)).Status);
        Assert.Equal(201, (await KeyAsync("second")).Status);

        Task<(int Status, IssuedKeyJson? Value, ProblemJson? Problem)> KeyAsync(string name) =>
            world.SendAsync<IssuedKeyJson>(
                "eve",
                "POST",
                "/orgs/small/keys",
                new KeyBody { Name = name, Racks = Selector.AllowAll }
            );
    }

    [Fact]
    public async Task S08_quotas_that_the_operator_sets_hold_for_apps_uploads_and_releases_of_that_organization()
    {
        await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/resume");
        Assert.Equal(200, (await QuotasAsync("acme", new OrgQuotas { Apps = 1, ObjectBytes = 10 })).Status);
        try
        {
            Assert.Equal(200, (await PostAsync("/apps", "name=first")).Status);
            var second = await PostAsync("/apps", "name=second");
            Assert.Equal(429, second.Status);
            Assert.Contains("may have 1", second.Text, StringComparison.Ordinal);
            var upload = await PostAsync("/apps/first/objects/tmp/x.tgz", new string('x', 100));
            Assert.Equal(429, upload.Status);
            Assert.Contains("uploads of this organization", upload.Text, StringComparison.Ordinal);

            await QuotasAsync("acme", new OrgQuotas { ReleasesPerMinute = 1 });
            Assert.Equal(200, (await PostAsync("/apps/first/objects/tmp/x.tgz", new string('x', 100))).Status);
            var releases = new List<(int Status, string Text)>();
            for (var i = 0; i < 3; i++)
            {
                releases.Add(await PostAsync("/apps/first/releases", $"env=A%3D{i}"));
            }

            Assert.Contains(
                releases,
                r => r.Status == 429 && r.Text.Contains("more than 1 releases of first", StringComparison.Ordinal)
            );
        }
        finally
        {
            await QuotasAsync("acme", OrgQuotas.None);
        }
    }

    [Fact]
    public async Task S08_an_organizations_requests_are_bounded_together_where_the_operator_says_so()
    {
        await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("busy", "eve"));
        await QuotasAsync("busy", new OrgQuotas { RequestsPerSecond = 1 });

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ReadAsync("busy")));

        Assert.Contains(200, answers.Select(a => a.Status));
        Assert.Contains((429, "rate.exceeded"), answers);
        Assert.Equal(200, (await ReadAsync("other")).Status);
        await QuotasAsync("busy", OrgQuotas.None);
        Assert.Equal(200, (await ReadAsync("busy")).Status);

        async Task<(int Status, string? Code)> ReadAsync(string org) =>
            Brief(await world.SendAsync<OrgSettingsJson>("eve", "GET", $"/orgs/{org}/settings"));
    }

    [Fact]
    public async Task Quotas_and_suspensions_are_the_operators_and_are_in_the_log_of_the_organization()
    {
        Assert.Equal((400, "org.quota_invalid"), Brief(await QuotasAsync("acme", new OrgQuotas { Members = 0 })));
        Assert.Equal((404, "org.not_found"), Brief(await QuotasAsync("nowhere", OrgQuotas.None)));
        Assert.Equal((400, "org.name_invalid"), Brief(await QuotasAsync("No-Name", OrgQuotas.None)));
        Assert.Equal(
            (403, "access.denied"),
            Brief(await world.SendAsync<OrgJson>("ada", "PUT", "/operator/orgs/acme/quotas", OrgQuotas.None))
        );
        Assert.Equal(
            (400, "org.reason_missing"),
            Brief(await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/suspend", new SuspendOrgJson("")))
        );
        Assert.Equal(200, (await QuotasAsync("acme", new OrgQuotas { Apps = 19_999 })).Status);

        var listed = await world.SendAsync<Page<OrgJson>>(Op, "GET", "/operator/orgs?limit=500");
        Assert.Equal(19_999, listed.Value!.Items.Single(o => o.Name == "acme").Quotas!.Apps);
        var entries = await world.Store.Journal.SearchAsync(
            new EntryFilter
            {
                Org = "acme",
                Operation = Operations.OrgQuotasSet.Name,
                Result = EntryResult.Ok,
            }
        );
        Assert.Contains(entries, e => e.Actor.Id == "opal");
        await QuotasAsync("acme", OrgQuotas.None);
    }

    [Fact]
    public async Task S04_what_an_operator_does_with_an_organization_is_in_its_log_and_in_the_installations()
    {
        const string Org = "/operator/orgs/both";
        Assert.Equal(
            201,
            (await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("both", "eve"))).Status
        );
        var sent = new (string Operation, string Method, string Path, object Body)[]
        {
            (Operations.OrgQuotasSet.Name, "PUT", $"{Org}/quotas", new OrgQuotas { Apps = 17 }),
            (Operations.OrgSuspend.Name, "POST", $"{Org}/suspend", new SuspendOrgJson("in both logs")),
            (Operations.OrgSuspend.Name, "POST", $"{Org}/resume", new { }),
        };
        foreach (var (_, method, path, body) in sent)
        {
            Assert.Equal(200, (await world.SendAsync<OrgJson>(Op, method, path, body)).Status);
        }

        foreach (var operation in sent.Select(one => one.Operation).Distinct())
        {
            var own = await DoneAsync("both", operation);
            var copies = (await DoneAsync("", operation)).Where(e => e.Resource == "both").ToArray();

            Assert.Equal(sent.Count(one => one.Operation == operation), own.Length);
            Assert.Equal(own.Select(e => (e.Actor.Id, Changed(e))), copies.Select(e => (e.Actor.Id, Changed(e))));
            Assert.All(copies, e => Assert.Contains("\"org\":\"both\"", e.Body, StringComparison.Ordinal));
            Assert.All(copies, e => Assert.Equal("opal", e.Actor.Id));
        }

        Task<ImmutableArray<StoredEntry>> DoneAsync(string org, string operation) =>
            world.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = org,
                    Operation = operation,
                    Result = EntryResult.Ok,
                }
            );

        static string Changed(StoredEntry entry)
        {
            using var body = System.Text.Json.JsonDocument.Parse(entry.Body);
            return body.RootElement.GetProperty("changes").GetRawText();
        }
    }

    [Fact]
    public async Task S04_what_an_operator_does_needs_a_recent_second_factor_of_who_has_one()
    {
        await world.AddMemberAsync("olaf", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        await world.SendAsync<CreatedJson>(Op, "POST", "/operator/operators", new AddOperatorJson("olaf"));
        var (_, codes) = await world.EnrollAsync("olaf");
        var issued = await world.SendAsync<OperatorTokenJson>(
            "olaf",
            "POST",
            "/account/operator-tokens",
            new IssueOperatorTokenJson(ConsoleWorld.Password, "mine")
        );
        world.UseToken("olaf-op", issued.Value!.Token);

        Assert.Equal(200, (await world.SendAsync<Page<OrgJson>>("olaf-op", "GET", "/operator/orgs")).Status);
        Assert.Equal(
            (403, "access.step_up"),
            Brief(await world.SendAsync<OrgJson>("olaf-op", "PUT", "/operator/orgs/acme/quotas", OrgQuotas.None))
        );
        Assert.Equal(
            204,
            (await world.SendAsync<object>("olaf-op", "POST", "/account/step-up", new CodeJson(codes[0]))).Status
        );
        Assert.Equal(
            200,
            (await world.SendAsync<OrgJson>("olaf-op", "PUT", "/operator/orgs/acme/quotas", OrgQuotas.None)).Status
        );
    }

    [Fact]
    public async Task S04_a_persons_sign_ins_are_copied_to_each_organization_of_theirs_and_to_no_other()
    {
        await world.AddMemberAsync("sina", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        var (signIn, step) = (
            world.Services.GetRequiredService<SignIn>(),
            world.Services.GetRequiredService<PasswordStep>()
        );
        var stranger = ConsoleWorld.User("", null) with
        {
            Principal = new(Palisade.Domain.Kernel.PrincipalKind.None, "", ""),
            Ip = "203.0.113.7",
        };

        await signIn.BeginAsync(stranger, step, new("sina@example.test", new("wrong and long enough")));
        Assert.True((await signIn.BeginAsync(stranger, step, new("sina@example.test", new(ConsoleWorld.Password)))).Ok);
        Assert.Equal(200, (await WireAsync("sina", "/auth")).Status);
        await world.Services.GetRequiredService<IRecorder>().FlushAsync();

        var copies = await world.Store.Journal.SearchAsync(
            new EntryFilter
            {
                Org = "acme",
                ActorId = "sina",
                Operation = Operations.MemberSignIn.Name,
            }
        );
        Assert.Equal(1, copies.Count(e => e.Result == EntryResult.Denied));
        Assert.Equal(2, copies.Count(e => e.Result == EntryResult.Ok));
        var addresses = new List<string?>();
        foreach (var copy in copies)
        {
            using var body = System.Text.Json.JsonDocument.Parse(copy.Body);
            addresses.Add((await world.Store.Personal.OpenAsync(body.RootElement)).Fields?.Ip);
        }

        Assert.Contains("203.0.113.7", addresses);
        Assert.Empty(await world.Store.Journal.SearchAsync(new EntryFilter { Org = "other", ActorId = "sina" }));
    }

    [Fact]
    public async Task S32_a_token_that_logs_in_again_and_again_is_a_copy_and_a_count_in_each_organization()
    {
        await world.AddMemberAsync("lena", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        var recorder = world.Services.GetRequiredService<IRecorder>();
        await recorder.FlushAsync();

        Assert.Equal(200, (await WireAsync("lena", "/auth")).Status);

        var first = Assert.Single(await CopiesAsync());
        Assert.Equal(EntryResult.Ok, first.Result);
        Assert.DoesNotContain("repeated", first.Body, StringComparison.Ordinal);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(200, (await WireAsync("lena", "/auth")).Status);
        }

        Assert.Single(await CopiesAsync());
        await recorder.FlushAsync();
        var folded = Assert.Single(await CopiesAsync(), copy => copy.Seq != first.Seq);
        Assert.Equal(EntryResult.Ok, folded.Result);
        Assert.Contains("\"repeated\":\"4\"", folded.Body, StringComparison.Ordinal);

        async Task<IReadOnlyList<StoredEntry>> CopiesAsync() =>
            await world.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = "acme",
                    ActorId = "lena",
                    Operation = Operations.MemberSignIn.Name,
                }
            );
    }

    private Task<(int Status, OrgJson? Value, ProblemJson? Problem)> SuspendAsync(string reason) =>
        world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs/acme/suspend", new SuspendOrgJson(reason));

    /// <summary>A page as the browser of somebody who is signed in gets it.</summary>
    private async Task<(HttpStatusCode Status, string Html)> PageAsync(string who, string path)
    {
        var session = await world
            .Grains.GetGrain<IUserGrain>(who)
            .IssueCredentialAsync(
                ConsoleWorld.User(who, null),
                new IssueCredential(CredentialKinds.Session, "test", TimeSpan.FromHours(1))
            );
        using var client = world.Client(null);
        client.DefaultRequestHeaders.Add("Cookie", $"__Host-palisade={session.Value.Secret.Reveal()}");
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<(int Status, OrgJson? Value, ProblemJson? Problem)> QuotasAsync(string org, OrgQuotas quotas) =>
        world.SendAsync<OrgJson>(Op, "PUT", $"/operator/orgs/{org}/quotas", quotas);

    private async Task<(int Status, string Text)> PostAsync(string path, string form)
    {
        using var client = world.Client("ada");
        client.DefaultRequestHeaders.Add("Rack", "acme/staging");
        using var content = new StringContent(form, null, "application/x-www-form-urlencoded");
        using var answer = await client.PostAsync(path, content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<(int Status, string Text)> WireAsync(string user, string path)
    {
        using var client = world.Client(user);
        client.DefaultRequestHeaders.Add("Rack", "acme/staging");
        using var answer = await client.GetAsync(path);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static (int Status, string? Code) Brief<T>((int Status, T? Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);
}
