using System.Collections.Immutable;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Leases of nodes, in memory: the lock file admits one process, so every node of an earlier one is gone when this one
/// starts, and a heartbeat need not reach the disk twice a second.
/// </summary>
internal sealed class NodeLeases(TimeProvider clock)
{
    /// <summary>A lease ends this long after the last heartbeat (architecture.md, idea 4).</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, (NodeInfo Info, DateTimeOffset Beat)> _nodes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Register(NodeInfo node)
    {
        lock (_gate)
        {
            if (!_nodes.TryAdd(node.Id, (node, clock.GetUtcNow())))
            {
                throw new InvalidOperationException(
                    $"Node {node.Id} was registered before; an incarnation has an id of its own."
                );
            }
        }
    }

    public bool Beat(string id)
    {
        lock (_gate)
        {
            if (Find(id) is not { } info)
            {
                return false;
            }

            _nodes[id] = (info, clock.GetUtcNow());
            return true;
        }
    }

    /// <summary>The node while its lease holds.</summary>
    public NodeInfo? Alive(string id)
    {
        lock (_gate)
        {
            return Find(id);
        }
    }

    /// <summary>One that is alive and can do something, the one heard of last.</summary>
    public NodeInfo? Able(string capability)
    {
        lock (_gate)
        {
            return _nodes
                .Values.OrderByDescending(node => node.Beat)
                .Select(node => Find(node.Info.Id))
                .FirstOrDefault(info => info is not null && info.Capabilities.Contains(capability));
        }
    }

    public ImmutableArray<string> AllAlive()
    {
        lock (_gate)
        {
            return [.. _nodes.Keys.Where(id => Find(id) is not null)];
        }
    }

    /// <summary>When the next lease ends unless renewed; null without leases.</summary>
    public DateTimeOffset? NextEnd()
    {
        lock (_gate)
        {
            var alive = _nodes.Where(pair => Find(pair.Key) is not null).ToList();
            return alive.Count == 0 ? null : alive.Min(pair => pair.Value.Beat) + Lease;
        }
    }

    private NodeInfo? Find(string id) =>
        _nodes.TryGetValue(id, out var node) && clock.GetUtcNow() - node.Beat <= Lease ? node.Info : null;
}
