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
internal sealed class Binding(IJournal journal)
{
    public async ValueTask<Result<WireRequest>> BindAsync(HttpContext context, SignedIn who, OperationMetadata metadata)
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

        // The freshness read: decisions of this request use a policy at least as new as this head.
        var heads = await journal.HeadsAsync([StreamId.Org(org)], context.RequestAborted);
        var caller = who.Caller with { Org = org, PolicyVersion = heads[0].Head };
        return new WireRequest(context, who with { Caller = caller }, rack, metadata);
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
