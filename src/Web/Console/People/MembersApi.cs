using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Keys;
using Palisade.Grains.Orgs;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;
using Palisade.Web.Api;

namespace Palisade.Web.Console.People;

using PeopleService = Grains.Users.People;

/// <summary>Members of an organization, what they may still know when they go, and its settings.</summary>
internal static class MembersApi
{
    private const int MaxRead = 1_000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/orgs/{org}/members", ListAsync)
            .Operation(Operations.MemberList)
            .Documented("Members and their roles", [.. PageQuery.Options]);
        api.ConsolePut<SetRolesJson, Done>(
                "/orgs/{org}/members/{user}/roles",
                (request, body) =>
                    Org(request)
                        .SetMemberRolesAsync(
                            request.Caller,
                            request.Route("user"),
                            GrantJson.ToGrants(body.Roles),
                            cancellationToken: request.Aborted
                        )
            )
            .Operation(Operations.MemberRolesSet)
            .Documented("Change a member's roles and racks");
        api.ConsoleGet("/orgs/{org}/members/{user}/credentials", CredentialsAsync)
            .Operation(Operations.MemberCredentials)
            .Documented("Every credential that a member made or was shown");
        api.ConsolePost<RemoveJson, RemovedJson>("/orgs/{org}/members/{user}/remove", RemoveAsync)
            .Operation(Operations.MemberRemove)
            .Documented("Remove a member, and give new secrets to the chosen deploy keys that they knew");
        api.ConsolePost(
                "/orgs/{org}/members/{user}/erase",
                request => Org(request).EraseMemberAsync(request.Caller, request.Route("user"), request.Aborted)
            )
            .Operation(Operations.MemberErase)
            .Documented("Erase for good what the log says of a former member's name, addresses and clients");
        api.ConsolePost<ResetJson, ResetAnswerJson>(
                "/orgs/{org}/members/{user}/reset",
                async (request, body) =>
                    (
                        await request
                            .Service<MemberResets>()
                            .ResetAsync(
                                request.Caller,
                                request.Caller.Org!,
                                request.Route("user"),
                                body.Password,
                                body.SecondFactor,
                                request.Aborted
                            )
                    ).Map(reset => new ResetAnswerJson(reset.Password?.Reveal(), reset.Expires))
            )
            .Operation(Operations.MemberReset)
            .Documented(
                "End a member's sessions and tokens, and if asked give a new password or remove the second factor"
            );
        api.ConsoleGet<OrgSettingsJson>(
                "/orgs/{org}/settings",
                async request => (await Org(request).GetAsync(request.Caller, request.Aborted)).Map(Of)
            )
            .Operation(Operations.OrgGet)
            .Documented("The organization's settings");
        api.ConsolePatch<ChangeOrgSettingsJson, Done>(
                "/orgs/{org}/settings",
                (request, body) =>
                    Org(request).RequireSecondFactorAsync(request.Caller, body.RequireSecondFactor, request.Aborted)
            )
            .Operation(Operations.OrgUpdate)
            .Documented("Require a second factor of every member, or no longer");
    }

    private static async Task<Result<Page<MemberJson>>> ListAsync(WireRequest request)
    {
        if (
            !PageQuery.Of(request).TryGet(out var page, out var problem)
            || !(await Org(request).ListMembersAsync(request.Caller, request.Aborted)).TryGet(
                out var members,
                out problem
            )
        )
        {
            return Result.Fail<Page<MemberJson>>(problem);
        }

        var part = page.Cut(members, member => member.UserId, member => member);
        var items = ImmutableArray.CreateBuilder<MemberJson>(part.Items.Length);
        foreach (var member in part.Items)
        {
            var person = await request.Service<PeopleService>().FindAsync(member.UserId, request.Aborted);
            items.Add(
                new MemberJson(
                    member.UserId,
                    person?.Name ?? "",
                    person?.Email ?? "",
                    person?.State.SecondFactor is not null,
                    member.Since,
                    GrantJson.Of(member.Roles),
                    [.. member.Groups]
                )
            );
        }

        return new Page<MemberJson>(items.MoveToImmutable(), part.Next);
    }

    private static async Task<Result<KnownCredentialsJson>> CredentialsAsync(WireRequest request)
    {
        var (org, user) = (request.Caller.Org!, request.Route("user"));
        var views = request.Service<IViews>();
        var now = request.Service<TimeProvider>().GetUtcNow();
        var keys = await views
            .AllAsync(new(org, ViewKinds.DeployKey, ""), request.Aborted)
            .Select(row => ViewJson.Read<DeployKeyView>(row.Json).KnownTo(user, now))
            .OfType<KnownKey>()
            .Select(key => new KnownKeyJson(key.Id, key.Name, key.Made, key.HasSecret))
            .ToArrayAsync(request.Aborted);
        var invites = await views
            .AllAsync(new(org, ViewKinds.Invite, "") { Descending = true }, request.Aborted)
            .Select(row => ViewJson.Read<InviteView>(row.Json))
            .Where(invite => invite.By == user && invite.Status == InviteView.Pending && invite.Expires > now)
            .Select(invite => invite.Id)
            .ToArrayAsync(request.Aborted);
        var reveals = new List<StoredEntry>();
        foreach (
            var operation in Operations.All.Where(operation => operation.Reveal && operation.Type != ResourceType.None)
        )
        {
            var filter = new EntryFilter
            {
                Org = org,
                ActorId = user,
                Operation = operation.Name,
                Result = EntryResult.Ok,
                Limit = MaxRead,
            };
            int read;
            do
            {
                var part = await request.Service<IJournal>().SearchAsync(filter, request.Aborted);
                reveals.AddRange(part);
                filter = filter with { After = part is [.., var last] ? (last.At, last.Stream, last.Seq) : null };
                read = part.Length;
            } while (read == MaxRead);
        }

        return new KnownCredentialsJson(
            [.. keys],
            [
                .. reveals
                    .GroupBy(entry => (entry.Operation, entry.Resource))
                    .Select(same => new RevealJson(
                        same.Key.Operation,
                        same.Key.Resource,
                        same.Count(),
                        same.Max(e => e.At)
                    )),
            ],
            [.. invites]
        );
    }

    /// <summary>
    /// The member goes first: what is rolled afterwards they are not shown, and a roll that is refused keeps nobody in.
    /// </summary>
    private static async Task<Result<RemovedJson>> RemoveAsync(WireRequest request, RemoveJson body)
    {
        // An id is the key of a grain, so it is looked at before there is one, and before anything is done.
        if ((body.Roll.IsDefault ? [] : body.Roll).FirstOrDefault(id => !Ids.IsDeployKey(id)) is { } unknown)
        {
            return DeployKeyProblems.NotFound(unknown);
        }

        if (
            !(await Org(request).RemoveMemberAsync(request.Caller, request.Route("user"), request.Aborted)).TryGet(
                out _,
                out var problem
            )
        )
        {
            return Result.Fail<RemovedJson>(problem);
        }

        var rolled = ImmutableArray.CreateBuilder<RolledKeyJson>();
        foreach (var id in (body.Roll.IsDefault ? [] : body.Roll).Distinct())
        {
            var result = await request
                .Service<IGrainFactory>()
                .GetGrain<IDeployKeyGrain>($"{request.Caller.Org}/{id}")
                .RollAsync(request.Caller, TimeSpan.Zero, request.Aborted);
            rolled.Add(new RolledKeyJson(id, result.Ok ? result.Value.Secret.Reveal() : null, result.Problem?.Text));
        }

        return new RemovedJson(rolled.ToImmutable());
    }

    private static IOrgGrain Org(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IOrgGrain>(request.Caller.Org!);

    private static OrgSettingsJson Of(OrgInfo info) => new(info.Name, info.Created, info.RequiresSecondFactor);
}
