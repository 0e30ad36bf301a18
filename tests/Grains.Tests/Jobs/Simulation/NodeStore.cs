using System.Reflection;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>A node's store: journal and jobs of the one database, by way of its link. It has no other ports.</summary>
public class NodeStore : DispatchProxy
{
    private IJournal _journal = null!;
    private IJobStore _jobs = null!;

    internal static IStore Of(IJournal journal, IJobStore jobs)
    {
        var proxy = Create<IStore, NodeStore>();
        var store = (NodeStore)(object)proxy;
        (store._journal, store._jobs) = (journal, jobs);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name switch
        {
            "get_Journal" => _journal,
            "get_Jobs" => _jobs,
            _ => throw new NotSupportedException(targetMethod.Name),
        };
}
