using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Storage.Journal;
using Palisade.Web.Auth;

namespace Palisade.Web.Api;

/// <summary>
/// The console's routes about racks (convox-wire.md 2). <c>state</c> is never sent, so that every update comes to
/// <c>PUT /system</c> (2.3).
/// </summary>
internal static class RacksApi
{
    private const string ByOperator = "racks are registered by the operator of this installation";
    private const string NoRuntimes = "racks here have no runtimes";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/racks", ListAsync).OperationByContent(Operations.RackList);
        routes
            .Post("/racks", Unsupported.Route("installing or moving racks", ByOperator))
            .OperationByContent(Operations.RackCreate);
        routes
            .Post("/racks/{org}/{rack}/install", Unsupported.Route("installing racks", ByOperator))
            .Operation(Operations.RackCreate);
        routes.Get("/racks/{org}/{rack}", GetAsync).Operation(Operations.RackParamsGet);
        routes
            .Put(
                "/racks/{org}/{rack}",
                Unsupported.Route("updating a rack through this path", "send it to PUT /system")
            )
            .Operation(Operations.RackUpdate);
        routes
            .Delete("/racks/{org}/{rack}", Unsupported.Route("moving racks away", ByOperator))
            .Operation(Operations.RackDelete);
        routes
            .Post("/racks/{org}/{rack}/sync", Unsupported.Route("rack sync", "racks here converge by themselves"))
            .Operation(Operations.RackUpdate);
        routes.Get("/racks/{org}/{rack}/host", HostAsync).Operation(Operations.RackParamsGet);
        routes.Get("/racks/{org}/{rack}/runtimes", EmptyAsync).Operation(Operations.RackRuntimes);
        routes
            .Put("/racks/{org}/{rack}/runtimes", Unsupported.Route("attaching runtimes", NoRuntimes))
            .Operation(Operations.RackRuntimeSet);
        routes.Get("/racks/{org}/{rack}/workflows", WorkflowsAsync).Operation(Operations.WorkflowList);
        routes.Post("/racks/{org}/{rack}/workflows/{id}/run", NoWorkflowAsync).Operation(Operations.WorkflowRun);
        routes.Get("/organizations/{org}/runtimes", OrgRuntimesAsync).OperationByContent(Operations.RackRuntimes);
    }

    /// <summary>
    /// Every rack of every organization of the caller that it may see; also asked before each websocket, so it must
    /// stay cheap.
    /// </summary>
    private static async Task<Result<Answer>> ListAsync(WireRequest request)
    {
        var gate = request.Service<IGate>();
        var records = request.Service<Records>();
        var orgs = request.Who.Identity.Organizations;
        var proven = await request.Service<Freshness>().ProveAsync([.. orgs.Select(StreamId.Org)], request.Aborted);
        var racks = new List<RackJson>();
        foreach (var org in orgs)
        {
            var caller = request.Caller with { Org = org, Proven = proven };
            foreach (var rack in await records.RacksAsync(org, request.Aborted))
            {
                if (await gate.AllowsAsync(caller, Operations.RackGet, Resource.Of(rack.Ref), request.Aborted))
                {
                    racks.Add(RackJson.Of(rack));
                }
            }
        }

        request.DecidedByItem();
        return racks.Count == 0 && await SuspensionAsync(request, orgs) is { } suspended
            ? AuthProblems.Suspended(suspended)
            : Answer.Json(racks);
    }

    /// <summary>Why all organizations of the caller are suspended; null when one is not, or there is none.</summary>
    private static async Task<Problem?> SuspensionAsync(WireRequest request, IReadOnlyCollection<string> orgs)
    {
        Problem? suspension = null;
        foreach (var org in orgs)
        {
            var (state, _) = await request.Service<Policies>().OrgAsync(org, request.Aborted);
            suspension = Suspension.Check(request.Caller.Principal, state.Suspended?.Reason);
            if (suspension is null)
            {
                return null;
            }
        }

        return suspension;
    }

    private static async Task<Result<Answer>> GetAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(rack =>
            Answer.Json(RackJson.Of(rack) with { Parameters = request.Service<RackView>().Parameters(rack) })
        );

    private static async Task<Result<Answer>> HostAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(_ => Answer.Json(new { host = request.Context.Request.Host.Value }));

    private static async Task<Result<Answer>> EmptyAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(_ => Answer.Json(Array.Empty<object>()));

    private static async Task<Result<Answer>> WorkflowsAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(_ =>
            Answer.Json(new { oid = request.Rack.Org, workflows = Array.Empty<object>() })
        );

    private static Task<Result<Answer>> NoWorkflowAsync(WireRequest request) =>
        Task.FromResult<Result<Answer>>(
            new NotFound("workflow.not_found", $"no such workflow: {Printable.Of(request.Route("id"))}")
        );

    private static async Task<Result<Answer>> OrgRuntimesAsync(WireRequest request)
    {
        // No rack has any: who may see those of some rack sees an empty list.
        Problem? refusal = null;
        foreach (var rack in await request.Service<Records>().RacksAsync(request.Route("org"), request.Aborted))
        {
            refusal = (await request.RequireAsync(Operations.RackRuntimes, Resource.Of(rack.Ref))).Problem;
            if (refusal is null)
            {
                break;
            }
        }

        request.DecidedByItem();
        return refusal is null ? Answer.Json(Array.Empty<object>()) : Result.Fail<Answer>(refusal);
    }

    private sealed record OrganizationJson(string Name);

    private sealed record RackJson
    {
        public required string Name { get; init; }

        public required OrganizationJson Organization { get; init; }

        public required string Provider { get; init; }

        public required string Status { get; init; }

        public required string Version { get; init; }

        public bool Deletable { get; init; }

        public ImmutableSortedDictionary<string, string>? Parameters { get; init; }

        public static RackJson Of(RackState rack) =>
            new()
            {
                Name = rack.Name,
                Organization = new(rack.Org),
                Provider = rack.Provider,
                Status = rack.Status,
                Version = rack.Version,
            };
    }
}
