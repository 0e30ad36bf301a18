using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs.Text;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using static Palisade.Web.Console.Access.RolesApi;

namespace Palisade.Web.Console.Access;

/// <summary>Roles, groups and assignments as one text: exported, planned and applied.</summary>
internal static class DocumentApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet<DocumentJson>(
                "/orgs/{org}/access/document",
                async request =>
                {
                    var (state, _) = await request.Service<Policies>().OrgAsync(request.Caller.Org!, request.Aborted);
                    return await request.RequireAsync(Operations.RoleList, Resource.Org)
                            is { Ok: false, Problem: { } roles }
                            ? Result.Fail<DocumentJson>(roles)
                        : await request.RequireAsync(Operations.GroupList, Resource.Org)
                            is { Ok: false, Problem: { } groups }
                            ? Result.Fail<DocumentJson>(groups)
                        : new DocumentJson(AccessWriter.Write(AccessDocument.Of(state)));
                }
            )
            .OperationByContent(Operations.RoleList, Operations.GroupList)
            .Documented("Roles, groups and assignments as one text (YAML)");
        api.ConsolePost<DocumentJson, PlanJson>("/orgs/{org}/access/plan", PlanAsync)
            .Operation(Operations.AccessExplain)
            .Documented(
                "What applying a text would change, with a hash that applying it names; who gains and loses what, and which requests change"
            );
        api.ConsolePost<ApplyBody, AppliedJson>("/orgs/{org}/access/apply", ApplyAsync)
            .Operation(Operations.AccessApply)
            .Documented(
                "Apply a text, all of it or nothing; a plan that is not what would be applied now is answered with the new one and changes nothing"
            );
        api.ConsoleGet<DocumentJson>(
                "/orgs/{org}/roles/{role}/text",
                async request =>
                {
                    var (state, _) = await request.Service<Policies>().OrgAsync(request.Caller.Org!, request.Aborted);
                    return state.FindRole(request.Route("role")) is { } role
                        ? new DocumentJson(AccessWriter.Write(role))
                        : new NotFound("role.not_found", $"no such role: {Printable.Of(request.Route("role"))}");
                }
            )
            .Operation(Operations.RoleList)
            .Documented("One role as text (YAML)");
        api.ConsolePut<DocumentJson, Done>(
                "/orgs/{org}/roles/{role}/text",
                async (request, body) =>
                    AccessReader.ReadRole(body.Text).TryGet(out var role, out var problem)
                        ? await Org(request)
                            .UpdateRoleAsync(
                                request.Caller,
                                request.Route("role"),
                                role.Name,
                                role.Policies,
                                cancellationToken: request.Aborted
                            )
                        : Result.Fail<Done>(problem)
            )
            .Operation(Operations.RoleUpdate)
            .Documented("Change a role by its text");
    }

    private static async Task<Result<PlanJson>> PlanAsync(WireRequest request, DocumentJson body) =>
        AccessReader.Read(body.Text).TryGet(out var document, out var problem)
            ? (await request.Service<AccessQueries>().PlanAsync(request.Caller, document, request.Aborted)).Map(
                planned => new PlanJson(planned.Plan.Steps, planned.Plan.Hash, planned.Effect)
            )
            : Result.Fail<PlanJson>(problem);

    private static async Task<Result<AppliedJson>> ApplyAsync(WireRequest request, ApplyBody body)
    {
        var applied = await Org(request).ApplyAccessAsync(request.Caller, body.Text, body.Hash, request.Aborted);
        if (!applied.Ok && applied.Problem.Code == AccessPlanner.Stale)
        {
            // Whoever may apply it may see what would be applied.
            var (state, _) = await request.Service<Policies>().OrgAsync(request.Caller.Org!, request.Aborted);
            return AccessReader
                .Read(body.Text)
                .Then(document => AccessPlanner.Plan(state, document))
                .Map(plan => new AppliedJson(plan.Hash) { Refused = applied.Problem, Instead = plan });
        }

        return applied.Map(hash => new AppliedJson(hash));
    }
}

/// <param name="Text">YAML; docs/guides/access.md has the grammar.</param>
public sealed record DocumentJson(string Text);

/// <param name="Hash">Of exactly these steps.</param>
/// <param name="Effect">Who would gain and lose what by them.</param>
public sealed record PlanJson(ImmutableArray<PlanStep> Steps, string Hash, WhatIfAnswer Effect);

/// <param name="Hash">Of the plan that was looked at.</param>
public sealed record ApplyBody(string Text, string Hash);

/// <param name="Hash">Of the plan that was applied.</param>
public sealed record AppliedJson(string Hash) : IRefusal
{
    /// <summary>
    /// Set when the plan was stale: then the answer is the problem with the new plan, and nothing was changed.
    /// </summary>
    [JsonIgnore]
    internal Problem? Refused { get; init; }

    [JsonIgnore]
    internal AccessPlan? Instead { get; init; }

    Problem? IRefusal.Refused => Refused;

    object? IRefusal.Instead => Instead;
}
