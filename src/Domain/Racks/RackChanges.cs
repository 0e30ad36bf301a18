using Palisade.Domain.Audit.Changes;

namespace Palisade.Domain.Racks;

/// <summary>What records say that an event changed about a rack.</summary>
public static class RackChanges
{
    public static ChangeSet Of(RackState before, RackState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        changes.Text("id", before.Id, after.Id);
        changes.Text("provider", before.Provider, after.Provider);
        changes.Text("environment", before.Environment, after.Environment);
        changes.Text("status", before.Status, after.Status);
        changes.Text("version", before.Version, after.Version);
        changes.Text("requestedVersion", before.RequestedVersion, after.RequestedVersion);
        ChangeList.Map("parameters", before.Parameters, after.Parameters, changes.Text);
        changes.Text("capability", before.Capability, after.Capability);
        return changes.ToSet();
    }
}
