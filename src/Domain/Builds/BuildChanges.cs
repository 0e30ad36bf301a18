using Palisade.Domain.Audit.Changes;

namespace Palisade.Domain.Builds;

/// <summary>
/// What records say that an event changed about a build. The manifest is not among it: its text is whole in the event.
/// </summary>
public static class BuildChanges
{
    public static ChangeSet Of(BuildState before, BuildState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        changes.Text("id", before.Id, after.Id);
        changes.Text("status", before.Status, after.Status);
        changes.Text("description", before.Description, after.Description);
        changes.Text("gitSha", before.GitSha, after.GitSha);
        changes.Flag("imported", before.Imported, after.Imported);
        changes.Flag("noCache", before.NoCache, after.NoCache);
        changes.Hidden("buildArgs", before.BuildArgs, after.BuildArgs);
        ChangeList.Map("images", before.Images, after.Images, changes.Text);
        changes.Text("release", before.Release, after.Release);
        changes.Text("reason", before.Reason, after.Reason);
        changes.Flag("orphaned", before.Orphaned, after.Orphaned);
        changes.Flag("pruned", before.Pruned, after.Pruned);
        return changes.ToSet();
    }
}
