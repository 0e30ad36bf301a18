using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Grains.Installation;
using Palisade.Grains.Outgoing;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;
using Palisade.Storage.Operating;
using Palisade.Storage.Sqlite;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Installation;

public sealed class InstallationGrainTests
{
    [Fact]
    public async Task S04_what_operators_do_is_in_the_installations_log_and_in_no_organizations()
    {
        await using var acme = await StartAsync(pump: false);
        var installation = Installation(acme);

        Ok(await installation.AddOperatorAsync(Operator, "ada"));
        Assert.Equal("user.not_found", Code(await installation.AddOperatorAsync(Operator, "nobody")));
        Assert.Equal("operator.last", Code(await installation.RemoveOperatorAsync(Operator, "ada")));
        Assert.Equal(AccessRecords.Denied, Code(await installation.AddOperatorAsync(Administrator, "ada")));

        Assert.Equal(
            [EntryResult.Ok, EntryResult.Denied, EntryResult.Failed],
            (await LogAsync(acme, Operations.OperatorAdd)).Select(e => e.Result).Order()
        );
        Assert.Empty(await acme.RecordsAsync(Operations.OperatorAdd.Name));
    }

    [Fact]
    public async Task S12_what_the_operator_allows_is_allowed_at_once_and_survives_a_restart()
    {
        await using var acme = await StartAsync(pump: false);
        Assert.Empty(await AllowedAsync(acme));

        Ok(await Installation(acme).AllowNetworksAsync(Operator, ["10.0.0.0/8"]));

        Assert.Equal(["10.0.0.0/8"], await AllowedAsync(acme));
        await acme.Host.RestartAsync(pump: false);
        Assert.Equal(["10.0.0.0/8"], await AllowedAsync(acme));
    }

    [Fact]
    public async Task A_backup_is_written_by_a_job_and_opens_as_a_store()
    {
        await using var acme = await StartAsync();
        var installation = Installation(acme);
        Ok(await installation.AddOperatorAsync(Operator, "ada"));

        var id = Ok(await installation.RequestBackupAsync(By("ada", PrincipalKind.Operator, null)));
        var backup = await EndedAsync(acme, id);

        Assert.True(backup.Status == BackupStatus.Done, backup.Reason);
        var folder = Path.Combine(acme.Host.Folder, "backups", id);
        Assert.Equal(
            backup.Bytes,
            new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length)
        );
        Assert.NotNull(BackupNote.Read(folder));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(acme.Host.Folder, "backups"))
        );

        Ok(await installation.DeleteBackupAsync(Operator, id));
        await Eventually.True(() => !Directory.Exists(folder), "the backup's folder is gone");
        Assert.Empty(Ok(await installation.GetAsync(Operator)).Backups);
    }

    [Fact]
    public async Task S16_a_backup_whose_operator_was_removed_before_it_began_is_not_written()
    {
        await using var acme = await StartAsync(pump: false);
        var installation = Installation(acme);
        Ok(await installation.AddOperatorAsync(Operator, "ada"));
        Ok(await installation.AddOperatorAsync(Operator, "dev"));
        var id = Ok(await installation.RequestBackupAsync(By("dev", PrincipalKind.Operator, null)));
        Ok(await installation.RemoveOperatorAsync(Operator, "dev"));

        await acme.Host.RestartAsync();
        var backup = await EndedAsync(acme, id);

        Assert.Equal(BackupStatus.Failed, backup.Status);
        Assert.False(Directory.Exists(Path.Combine(acme.Host.Folder, "backups", id)));
    }

    [Fact]
    public async Task A_backup_that_was_killed_in_the_middle_is_written_anew()
    {
        await using var acme = await StartAsync(pump: false);
        var installation = Installation(acme);
        Ok(await installation.AddOperatorAsync(Operator, "ada"));
        var id = Ok(await installation.RequestBackupAsync(By("ada", PrincipalKind.Operator, null)));
        var partial = Directory.CreateDirectory(Path.Combine(acme.Host.Folder, "backups", id + ".partial"));
        await File.WriteAllTextAsync(Path.Combine(partial.FullName, "palisade.db"), "half");

        await acme.Host.RestartAsync();
        var backup = await EndedAsync(acme, id);

        Assert.True(backup.Status == BackupStatus.Done, backup.Reason);
        Assert.False(partial.Exists && Directory.Exists(partial.FullName));
    }

    private static IInstallationGrain Installation(Acme acme) =>
        acme.Host.Grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);

    private static async Task<string[]> AllowedAsync(Acme acme) =>
        [.. (await acme.Host.Get<IOutgoingNetworks>().AllowedAsync()).Select(n => n.ToString())];

    private static Task<ImmutableArray<StoredEntry>> LogAsync(Acme acme, Operation operation) =>
        acme.Host.Store.Journal.SearchAsync(new EntryFilter { Org = "", Operation = operation.Name });

    private static Task<Backup> EndedAsync(Acme acme, string id) =>
        Eventually.Of(
            async () => Ok(await Installation(acme).GetAsync(Operator)).Backups[id],
            b => b.Status != BackupStatus.Running,
            "the backup is over"
        );
}
