using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Console.People;
using static Palisade.Web.Console.Access.RolesApi;

namespace Palisade.Web.Console.Access;

/// <summary>Groups of members, and the roles that they hold together.</summary>
internal static class GroupsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/orgs/{org}/groups", ListAsync)
            .Operation(Operations.GroupList)
            .Documented("Groups, their roles and members", [.. PageQuery.Options]);
        api.ConsoleCreate<GroupBody, CreatedJson>(
                "/orgs/{org}/groups",
                async (request, body) =>
                    (
                        await Org(request)
                            .CreateGroupAsync(
                                request.Caller,
                                body.Name,
                                GrantJson.ToGrants(body.Roles),
                                request.Aborted
                            )
                    ).Map(id => new CreatedJson(id))
            )
            .Operation(Operations.GroupCreate)
            .Documented("Create a group");
        api.ConsolePatch<NameBody, Done>(
                "/orgs/{org}/groups/{group}",
                (request, body) =>
                    Org(request).RenameGroupAsync(request.Caller, request.Route("group"), body.Name, request.Aborted)
            )
            .Operation(Operations.GroupUpdate)
            .Documented("Rename a group");
        api.ConsolePut<SetRolesJson, Done>(
                "/orgs/{org}/groups/{group}/roles",
                (request, body) =>
                    Org(request)
                        .SetGroupRolesAsync(
                            request.Caller,
                            request.Route("group"),
                            GrantJson.ToGrants(body.Roles),
                            cancellationToken: request.Aborted
                        )
            )
            .Operation(Operations.GroupRolesSet)
            .Documented("Change a group's roles and racks");
        api.ConsolePost<GroupMembersBody, Done>(
                "/orgs/{org}/groups/{group}/members",
                (request, body) =>
                    Org(request)
                        .AddGroupMembersAsync(request.Caller, request.Route("group"), body.Users, request.Aborted)
            )
            .Operation(Operations.GroupMemberAdd)
            .Documented("Put members into a group");
        api.ConsoleDelete<Done>(
                "/orgs/{org}/groups/{group}/members/{user}",
                request =>
                    Org(request)
                        .RemoveGroupMembersAsync(
                            request.Caller,
                            request.Route("group"),
                            [request.Route("user")],
                            request.Aborted
                        )
            )
            .Operation(Operations.GroupMemberRemove)
            .Documented("Take a member out of a group");
        api.ConsoleDelete<Done>(
                "/orgs/{org}/groups/{group}",
                request => Org(request).DeleteGroupAsync(request.Caller, request.Route("group"), request.Aborted)
            )
            .Operation(Operations.GroupDelete)
            .Documented("Delete a group; its members lose what they held through it");
    }

    private static async Task<Result<Page<GroupJson>>> ListAsync(WireRequest request)
    {
        if (!PageQuery.Of(request).TryGet(out var page, out var problem))
        {
            return Result.Fail<Page<GroupJson>>(problem);
        }

        var (state, _) = await request.Service<Policies>().OrgAsync(request.Caller.Org!, request.Aborted);
        return page.Cut(state.Groups.Values, group => group.Id, group => GroupJson.Of(state, group));
    }
}

/// <param name="Members">User ids.</param>
public sealed record GroupJson(
    string Id,
    string Name,
    DateTimeOffset Created,
    ImmutableArray<GrantJson> Roles,
    ImmutableArray<string> Members
)
{
    internal static GroupJson Of(OrgState state, OrgGroup group) =>
        new(group.Id, group.Name, group.Created, GrantJson.Of(group.Roles), [.. state.In(group.Id)]);
}

public sealed record GroupBody(string Name, ImmutableArray<GrantJson> Roles);

/// <param name="Users">User ids of members.</param>
public sealed record GroupMembersBody(ImmutableArray<string> Users);
