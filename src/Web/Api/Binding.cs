using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Storage.Journal;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Auth;

namespace Palisade.Web.Api;

/// <summary>
/// Says which rack and app a request is about: the path on console routes (<c>/racks/{org}/{rack}</c>), otherwise the
/// <c>Rack</c> header. What belongs to an organization that the caller is no member of does not exist for it.
/// </summary>
internal static class Binding
{
    public static Result<WireRequest> Bind(HttpContext context, SignedIn who, OperationMetadata metadata)
    {
        var values = context.Request.RouteValues;
        var org = values["org"] as string;
        RackRef? rack = null;
        if (org is not null && values["rack"] is string name)
        {
            rack = new RackRef(org, name);
        }
        else if (org is null && metadata.Operations[0].Scope is OperationScope.Rack or OperationScope.App)
        {
            var header = context.Request.Headers["Rack"].ToString();
            if (header.Length == 0)
            {
                return new Invalid("rack.missing", "the request names no rack")
                {
                    Suggestion = "choose one: convox switch ORG/RACK, or -r ORG/RACK",
                };
            }

            if (!RackRef.TryParse(header, out var parsed))
            {
                return NoSuchRack(header);
            }

            rack = parsed;
        }

        org ??= rack?.Org;
        if (org is null)
        {
            return new WireRequest(context, who, null, metadata);
        }

        if (
            !Names.IsValid(org)
            || (rack is { } r && !Names.IsValid(r.Rack))
            || !who.Identity.Organizations.Contains(org)
        )
        {
            return rack is { } hidden
                ? NoSuchRack(hidden.ToString())
                : new NotFound("org.not_found", $"no such organization: {Clean.Name(org)}");
        }

        if (values["app"] is string app && !Names.IsValid(app))
        {
            return AppProblems.NotFound(Clean.Name(app));
        }

        var caller = who.Caller with { Org = org };
        return new WireRequest(context, who with { Caller = caller }, rack, metadata);
    }

    /// <summary>
    /// The streams that a request is about, as far as it names any. That of the rack only for what reads: whoever
    /// changes a rack looks at it again afterwards.
    /// </summary>
    public static ImmutableArray<StreamId> StreamsOf(HttpContext context, OperationMetadata metadata)
    {
        var values = context.Request.RouteValues;
        var org = values["org"] as string;
        RackRef? rack =
            org is null ? (RackRef.TryParse(context.Request.Headers["Rack"].ToString(), out var named) ? named : null)
            : values["rack"] is string name && Names.IsValid(name) ? new RackRef(org, name)
            : null;
        org ??= rack?.Org;
        if (!Names.IsValid(org))
        {
            return [];
        }

        var streams = ImmutableArray.Create(StreamId.Org(org!));
        if (rack is { } bound)
        {
            streams = metadata.Operations.All(o => o.Level == AccessLevel.Read)
                ? streams.Add(StreamId.Rack(bound))
                : streams;
            streams =
                values["app"] is string app && Names.IsValid(app)
                    ? streams.Add(StreamId.App(new AppRef(bound, app)))
                    : streams;
        }

        return streams;
    }

    /// <summary>Says nothing else of one that the caller may not know of.</summary>
    private static NotFound NoSuchRack(string given) =>
        new("rack.not_found", $"no such rack: {Clean.Name(given)}") { Suggestion = "convox racks lists yours" };

    /// <summary>What an operation that is decided before its route runs is done to.</summary>
    public static Resource ResourceOf(WireRequest request, Operation operation) =>
        operation.Scope switch
        {
            OperationScope.App => Resource.Of(request.App),
            OperationScope.Rack => Resource.Of(request.Rack),
            _ => Resource.Org,
        };
}
