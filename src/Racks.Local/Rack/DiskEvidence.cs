using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Why containers were stopped for their disk: a file for each, so that a server that is started again knows.
/// </summary>
internal sealed class DiskEvidence(RackFolder folder)
{
    private string Root => folder.File("stopped");

    public void Write(string containerId, string reason)
    {
        RackFolder.CreateOwnerOnly(Root);
        File.WriteAllText(Path.Combine(Root, containerId), reason);
    }

    public string? Read(string containerId)
    {
        var path = Path.Combine(Root, containerId);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    public void Forget(string containerId) => File.Delete(Path.Combine(Root, containerId));

    /// <summary>Forgets all but these.</summary>
    public void KeepOnly(IReadOnlySet<string> containerIds)
    {
        if (Directory.Exists(Root))
        {
            foreach (var path in Directory.GetFiles(Root).Where(p => !containerIds.Contains(Path.GetFileName(p))))
            {
                File.Delete(path);
            }
        }
    }
}
