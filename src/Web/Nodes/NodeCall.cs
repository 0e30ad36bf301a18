using System.Net;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Web.Streams;

namespace Palisade.Web.Nodes;

/// <summary>
/// One call from a node to another: what to do on which rack, and what was decided for whom. The other node looks at
/// the credential and the decision again (ADR 0021).
/// </summary>
internal sealed record NodeCall
{
    public required RackRef Rack { get; init; }

    public required RackAct Act { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>Key of the credential's ticket; not the credential.</summary>
    public required string TokenHash { get; init; }

    public required TokenKind Token { get; init; }

    public string? Address { get; init; }

    public required string Operation { get; init; }

    public required string Resource { get; init; }

    public static NodeCall Of(WatchedRights rights, RackRef rack, RackAct act) =>
        new()
        {
            Rack = rack,
            Act = act,
            Caller = rights.Caller with { Idempotency = null, Counted = null, Proven = null },
            TokenHash = rights.TokenHash,
            Token = rights.Token,
            Address = rights.Address?.ToString(),
            Operation = rights.Operation.Name,
            Resource = rights.Resource.ToString(),
        };

    /// <summary>
    /// What was decided, when it is something that leads to the act; the rest of the check is a look at the rights.
    /// Problem: <c>relay.not_decided</c>.
    /// </summary>
    public Result<WatchedRights> Rights()
    {
        if (
            Domain.Access.Operations.Find(Operation) is not { } operation
            || !Domain.Access.Resource.TryParse(Resource, out var resource)
            || Caller.Org != Rack.Org
            || !Leads(operation, resource)
        )
        {
            return new Forbidden("relay.not_decided", "what was decided for this request is not what was asked for");
        }

        var address = Address is null ? null : IPAddress.Parse(Address);
        return new WatchedRights(TokenHash, Token, address, Caller with { Proven = null }, operation, resource);
    }

    private bool Leads(Operation operation, Resource resource)
    {
        if (resource.RackName != Rack.Rack || resource.ItemName is not null || (Act.Of is { } of && of.Rack != Rack))
        {
            return false;
        }

        return Act.Operations.IsEmpty
            // The list of a rack's processes is decided app by app.
            ? resource.AppName is null || Act.Of is null || resource.AppName == Act.Of.Value.App
            : Act.Operations.Contains(operation) && IsAboutIt(resource);
    }

    private bool IsAboutIt(Resource resource)
    {
        var app = resource.AppName is { } name ? new AppRef(Rack, name) : (AppRef?)null;
        return Act switch
        {
            RackAct.Logs { Log: var log } => app is null
                ? log == $"rack/{Rack}"
                : log == $"app/{app}"
                    || (
                        log.StartsWith($"build/{app}/", StringComparison.Ordinal)
                        && Ids.IsBuild(log[(log.LastIndexOf('/') + 1)..])
                    ),
            RackAct.Proxy { Host: var host } => app is not null
                && host.Split('.') is [_, var of, ..]
                && of == app.Value.App,
            _ => app is not null && app == Act.Of,
        };
    }
}
