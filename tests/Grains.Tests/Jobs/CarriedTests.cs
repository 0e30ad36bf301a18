using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Audit;
using Palisade.Grains.Builds;
using Palisade.Grains.Installation;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Jobs;

/// <summary>What the jobs of everything that people do carry.</summary>
public sealed class CarriedTests
{
    /// <summary>Decided again when they start: each has a test of its own.</summary>
    private static readonly string[] OfPeople = [BuildJob.Kind, ConvergeJob.Kind, BackupJob.Kind];

    [Fact]
    public async Task S16_every_job_carries_one_operation_on_one_resource_and_those_of_people_are_decided_again()
    {
        await using var acme = await StartAsync(settings: PruneSettings);
        var installation = acme.Host.Grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);
        Ok(await installation.AddOperatorAsync(Operator, "ada"));
        Ok(await installation.RequestBackupAsync(By("ada", PrincipalKind.Operator, null)));
        await acme.DeployAsync();
        for (var i = 0; i < 3; i++)
        {
            await acme.PromoteAsync((await acme.BuildAsync()).Release);
        }

        Ok(await acme.App().RestartAsync(Developer, "web"));
        await acme.CreateAppAsync("short");
        Ok(await acme.App("short").DeleteAsync(Developer));
        Ok(await acme.Org.RemoveMemberAsync(Administrator, "dev"));
        Ok(await acme.Org.EraseMemberAsync(Administrator, "dev"));
        await acme.SettledAsync();

        JobRow[] jobs =
        [
            .. await acme.Host.Store.Jobs.ListAsync(new JobFilter("acme") { Limit = 1000 }),
            .. await acme.Host.Store.Jobs.ListAsync(new JobFilter("") { Limit = 1000 }),
        ];

        string[] kinds = [.. OfPeople, AuditJob.Kind, ErasureJob.Kind, PruneJob.Kind, RackJob.Kind];
        Assert.Equal(kinds.Order(), jobs.Select(row => row.Job.Kind).Distinct().Order());
        Assert.All(
            jobs,
            row =>
            {
                var operation = Operations.Find(row.Job.Operation);
                Assert.NotNull(operation);
                Assert.True(Resource.TryParse(row.Job.Resource, out _), row.Job.Resource);

                // Whose it is decides: a person's is decided again, and the system carries only what was decided in
                // the write that enqueued it.
                Assert.Equal(
                    row.Job.Caller.Principal.Kind != PrincipalKind.System,
                    operation.Scope != OperationScope.System && row.Job.Kind != ErasureJob.Kind
                );
                Assert.True(
                    row.Job.Caller.Principal.Kind == PrincipalKind.System || OfPeople.Contains(row.Job.Kind),
                    $"{row.Job.Kind} carries what somebody asked for, and nothing decides it again"
                );
            }
        );
    }

    private static (string, string)[] PruneSettings { get; } = [("Apps:KeepReleases", "1"), ("Apps:KeepProven", "1")];
}
