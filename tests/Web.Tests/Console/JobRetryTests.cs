using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Web.Console;
using Palisade.Web.Console.Jobs;

namespace Palisade.Web.Tests.Console;

public sealed class JobRetryTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public async Task A_job_that_was_given_up_is_run_again_by_who_may()
    {
        var job = new JobDraft
        {
            Id = "given/up",
            Kind = "app.converge",
            Org = "acme",
            Stream = "app/acme/prod/web",
            Operation = "release.promote",
            Resource = "prod/web",
            Caller = ConsoleWorld.User("ada", "acme"),
        };
        await world.Store.Journal.AppendAsync(new() { Org = "acme", Jobs = [job] });
        await world.Store.Jobs.RegisterAsync(new("killer", "", []));
        foreach (var claimed in await world.Store.Jobs.ClaimAsync("killer", 100))
        {
            JobEnd end =
                claimed.Job.Id == job.Id ? new JobEnd.Dead("ten attempts") : new JobEnd.Retry("later", TimeSpan.Zero);
            Assert.True(await world.Store.Jobs.EndAsync(claimed.Fence, end));
        }

        // Whether there is such a job, who may not run it again is not told.
        Assert.Equal((403, "access.denied"), Refusal(await RetryAsync("audi", "given%2Fup")));
        Assert.Equal((403, "access.denied"), Refusal(await RetryAsync("dev", "given%2Fup")));
        Assert.Equal((403, "access.denied"), Refusal(await RetryAsync("dev", "none")));
        Assert.Equal(404, (await RetryAsync("eve", "given%2Fup")).Status);
        Assert.Equal((404, "job.not_found"), Refusal(await RetryAsync("ada", "none")));

        var again = await RetryAsync("ada", "given%2Fup");
        Assert.Equal((200, JobStatus.Queued, 1), (again.Status, again.Value?.Status, again.Value?.Attempt));
        Assert.Equal((409, "job.not_dead"), Refusal(await RetryAsync("ada", "given%2Fup")));
    }

    private Task<(int Status, JobJson? Value, ProblemJson? Problem)> RetryAsync(string user, string id) =>
        world.SendAsync<JobJson>(user, "POST", $"/orgs/acme/jobs/{id}/retry");

    private static (int Status, string? Code) Refusal((int Status, JobJson? Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);
}
