using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Palisade.Web.Live;

/// <summary>Which connection belongs to which session, and which session began a circuit.</summary>
internal sealed class CircuitRegistry(TimeProvider time)
{
    /// <summary>Longer than a circuit is kept without a connection.</summary>
    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<
        string,
        (string Session, string Access, HubCallerContext Connection)
    > _connections = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Owner> _circuits = new(StringComparer.Ordinal);

    /// <summary>Hashes of all sessions with an open connection, and what each might do when it was opened.</summary>
    public IReadOnlyCollection<(string Session, string Access)> Sessions =>
        [.. _connections.Values.Select(c => (c.Session, c.Access)).Distinct()];

    /// <param name="access">See <see cref="AccessStamps"/>.</param>
    public void Opened(HubCallerContext connection, string session, string access) =>
        _connections[connection.ConnectionId] = (session, access, connection);

    public void Closed(HubCallerContext connection)
    {
        _connections.TryRemove(connection.ConnectionId, out _);
        var now = time.GetUtcNow();
        foreach (var (circuit, owner) in _circuits)
        {
            if (owner.Connection == connection.ConnectionId)
            {
                _circuits.TryUpdate(circuit, owner with { Left = now }, owner);
            }
            else if (owner.Left is { } left && now - left > Forget)
            {
                _circuits.TryRemove(circuit, out _);
            }
        }
    }

    public void Began(string circuit, HubCallerContext connection, string session) =>
        _circuits[circuit] = new Owner(session, connection.ConnectionId, null);

    public bool Owns(string? circuit, string session) =>
        circuit is not null && _circuits.TryGetValue(circuit, out var owner) && owner.Session == session;

    /// <summary>
    /// Drops every connection of a session, and its circuits: what they show is not taken up again, the page is asked
    /// for anew.
    /// </summary>
    public void End(string session)
    {
        foreach (var (circuit, owner) in _circuits)
        {
            if (owner.Session == session)
            {
                _circuits.TryRemove(circuit, out _);
            }
        }

        foreach (var (owner, _, connection) in _connections.Values)
        {
            if (owner == session)
            {
                connection.Abort();
            }
        }
    }

    private sealed record Owner(string Session, string Connection, DateTimeOffset? Left);
}
