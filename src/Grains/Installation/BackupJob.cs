using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Installation;

/// <summary>Writes a backup, or deletes one.</summary>
public sealed class BackupJob(IBackupFolder backups, InstallationFacts facts, IGrainFactory grains) : IJobHandler
{
    public const string Kind = "backup";

    string IJobHandler.Kind => Kind;

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var id = context.Job.Payload;
        if (context.Job.Operation == Operations.BackupDelete.Name)
        {
            backups.Delete(id);
            return new JobEnd.Done();
        }

        // S16: whoever asked may have been removed since.
        if (!(await facts.GetAsync(cancellationToken)).IsOperator(context.Job.Caller.Principal.Id))
        {
            return new JobEnd.Cancelled("whoever asked for it is no operator any more");
        }

        try
        {
            var bytes = await backups.WriteAsync(id, cancellationToken);
            var reported = await Grain.ReportBackupAsync(
                context.SystemCaller,
                context.Token,
                id,
                bytes,
                cancellationToken
            );
            return reported.Ok ? new JobEnd.Done() : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
        }
        catch (IOException e)
        {
            // A full disk: trying again would fill it again.
            return new JobEnd.Dead(e.Message);
        }
    }

    public async Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Job.Operation == Operations.BackupCreate.Name)
        {
            backups.Delete(context.Job.Payload);
            await Grain.ReportBackupFailedAsync(
                context.SystemCaller,
                context.Token,
                context.Job.Payload,
                reason,
                cancellationToken
            );
        }
    }

    private IInstallationGrain Grain => grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);
}
