using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Orgs;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Access;

/// <summary>Roles of an organization, the built-in ones too.</summary>
internal static class RolesApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/orgs/{org}/roles", ListAsync)
            .Operation(Operations.RoleList)
            .Documented("Roles and their policies", [.. PageQuery.Options]);
        api.ConsoleGet("/orgs/{org}/roles/{role}", GetAsync)
            .Operation(Operations.RoleList)
            .Documented("One role and its policies");
        api.ConsoleCreate<RoleBody, CreatedJson>(
                "/orgs/{org}/roles",
                async (request, body) =>
                    (
                        await Org(request)
                            .CreateRoleAsync(
                                request.Caller,
                                body.Name,
                                PolicyJson.ToPolicies(body.Policies),
                                request.Aborted
                            )
                    ).Map(id => new CreatedJson(id))
            )
            .Operation(Operations.RoleCreate)
            .Documented("Create a role");
        api.ConsoleCreate<NameBody, CreatedJson>(
                "/orgs/{org}/roles/{role}/clone",
                async (request, body) =>
                    (
                        await Org(request)
                            .CloneRoleAsync(request.Caller, request.Route("role"), body.Name, request.Aborted)
                    ).Map(id => new CreatedJson(id))
            )
            .Operation(Operations.RoleCreate)
            .Documented("Create a role from the policies of another");
        api.ConsolePut<RoleBody, Done>(
                "/orgs/{org}/roles/{role}",
                (request, body) =>
                    Org(request)
                        .UpdateRoleAsync(
                            request.Caller,
                            request.Route("role"),
                            body.Name,
                            PolicyJson.ToPolicies(body.Policies),
                            cancellationToken: request.Aborted
                        )
            )
            .Operation(Operations.RoleUpdate)
            .Documented("Change a role for everybody who holds it");
        api.ConsoleDelete<Done>(
                "/orgs/{org}/roles/{role}",
                request => Org(request).DeleteRoleAsync(request.Caller, request.Route("role"), request.Aborted)
            )
            .Operation(Operations.RoleDelete)
            .Documented("Delete a role that nobody holds");
        api.ConsoleGet<RightSizedJson>(
                "/orgs/{org}/roles/{role}/unused",
                async request =>
                    (
                        await request
                            .Service<AccessQueries>()
                            .UnusedAsync(request.Caller, request.Route("role"), request.Aborted)
                    ).Map(sized => RightSizedJson.Of(request.Route("role"), sized))
            )
            .Operation(Operations.AccessExplain)
            .Documented("What of a role nobody used in the last 90 days, and a role that admits the rest");
    }

    internal static IOrgGrain Org(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IOrgGrain>(request.Caller.Org!);

    private static async Task<Result<Page<RoleJson>>> ListAsync(WireRequest request)
    {
        if (!PageQuery.Of(request).TryGet(out var page, out var problem))
        {
            return Result.Fail<Page<RoleJson>>(problem);
        }

        var (state, _) = await request.Service<Policies>().OrgAsync(request.Caller.Org!, request.Aborted);
        return page.Cut(BuiltInRoles.All.Concat(state.Roles.Values), role => role.Id, RoleJson.Of);
    }

    private static async Task<Result<RoleJson>> GetAsync(WireRequest request)
    {
        var (state, _) = await request.Service<Policies>().OrgAsync(request.Caller.Org!, request.Aborted);
        return state.FindRole(request.Route("role")) is { } role
            ? RoleJson.Of(role)
            : new NotFound("role.not_found", $"no such role: {Printable.Of(request.Route("role"))}");
    }
}
