using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Web.Console;
using Palisade.Web.Console.Jobs;

namespace Palisade.Web.Tests.Console;

public sealed class ConsoleJobsTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public async Task Jobs_are_listed_in_parts_for_who_may_see_each_of_them()
    {
        await EnqueueAsync("acme", ("on/e", "staging/web"), ("two", "prod/web"), ("three", "staging/api"));
        await EnqueueAsync("other", ("foreign", "staging/web"));

        Assert.Equal(["three", "two", "on/e"], await ListAsync("ada", "kind=promote"));
        Assert.Equal(["three", "on/e"], await ListAsync("dev", "kind=promote"));
        Assert.Equal(["on/e"], await ListAsync("ada", "kind=promote&rack=staging&app=WE&status=waiting"));
        Assert.Empty(await ListAsync("ada", "kind=promote&status=failed"));
        var first = await PageAsync("dev", "kind=promote&limit=1");
        Assert.Equal("three", Assert.Single(first.Items).Id);
        var next = await PageAsync("dev", $"kind=promote&limit=1&cursor={first.Next}");
        Assert.Equal(("on/e", null), (Assert.Single(next.Items).Id, next.Next));

        var one = await GetAsync("dev", "on%2fe");
        Assert.Equal((200, "RABC", JobStatus.Queued), (one.Status, one.Value?.Subject, one.Value?.Status));
        Assert.Equal((404, "job.not_found"), Refusal(await GetAsync("dev", "two")));
        Assert.Equal((404, "job.not_found"), Refusal(await GetAsync("ada", "foreign")));
        Assert.Equal((404, "job.not_found"), Refusal(await GetAsync("ada", "no%2Fsuch%2Fjob")));
        Assert.Equal(404, (await GetAsync("eve", "on%2Fe")).Status);
    }

    [Theory]
    [InlineData("status=done%20or%20so", "option.invalid")]
    [InlineData("kind=%3Cimg%3E", "option.invalid")]
    [InlineData("limit=0", "option.invalid")]
    [InlineData("cursor=!", "page.bad_cursor")]
    public async Task What_makes_no_sense_is_said(string query, string code)
    {
        var answer = await world.SendAsync<Page<JobJson>>("ada", "GET", $"/orgs/acme/jobs?{query}");

        Assert.Equal((400, code), (answer.Status, answer.Problem?.Code));
    }

    private Task<(int Status, JobJson? Value, ProblemJson? Problem)> GetAsync(string user, string id) =>
        world.SendAsync<JobJson>(user, "GET", $"/orgs/acme/jobs/{id}");

    private static (int Status, string? Code) Refusal((int Status, JobJson? Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);

    private async Task<string[]> ListAsync(string user, string query) =>
        [.. (await PageAsync(user, query)).Items.Select(job => job.Id)];

    private async Task<Page<JobJson>> PageAsync(string user, string query)
    {
        var answer = await world.SendAsync<Page<JobJson>>(user, "GET", $"/orgs/acme/jobs?{query}");
        Assert.True(answer.Status == 200, answer.Problem?.Detail);
        return answer.Value!;
    }

    private async Task EnqueueAsync(string org, params (string Id, string Resource)[] jobs)
    {
        foreach (var (id, resource) in jobs)
        {
            var job = new JobDraft
            {
                Id = id,
                Kind = "app.converge",
                Org = org,
                Stream = $"app/{org}/{resource}",
                Operation = "release.promote",
                Resource = resource,
                Subject = "RABC",
                Caller = ConsoleWorld.User("ada", org),
            };
            await world.Store.Journal.AppendAsync(new() { Org = org, Jobs = [job] });
        }
    }
}
