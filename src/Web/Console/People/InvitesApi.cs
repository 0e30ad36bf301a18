using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Storage.Views;
using Palisade.Web.Api;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Console.People;

/// <summary>Invites: for who may send them, and for who holds one.</summary>
internal static class InvitesApi
{
    private const string Expired = "expired";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/orgs/{org}/invites", ListAsync)
            .Operation(Operations.InviteList)
            .Documented("Invites, newest first, those that are over too", [.. PageQuery.Options]);
        api.ConsolePost<SetRolesJson, PreviewJson>(
                "/orgs/{org}/invites/preview",
                async (request, body) =>
                    (
                        await Org(request)
                            .PreviewRolesAsync(request.Caller, GrantJson.ToGrants(body.Roles), request.Aborted)
                    ).Map(Of)
            )
            .Operation(Operations.InvitePreview)
            .Documented("What roles would let somebody do, by operation and rack");
        api.ConsoleCreate<NewInviteJson, IssuedInviteJson>("/orgs/{org}/invites", SendAsync)
            .Operation(Operations.InviteCreate)
            .Documented("Invite somebody: gives the link, once");
        api.ConsolePost<ResendInviteJson, IssuedInviteJson>(
                "/orgs/{org}/invites/{invite}/resend",
                async (request, body) =>
                    (
                        await Org(request)
                            .ResendInviteAsync(
                                request.Caller,
                                request.Route("invite"),
                                Lifetime(body.Days),
                                request.Aborted
                            )
                    ).Map(issued => Of(request, issued))
            )
            .Operation(Operations.InviteCreate)
            .Documented("A new link for the same invite; the old one is void");
        api.ConsoleDelete<Done>(
                "/orgs/{org}/invites/{invite}",
                request => Org(request).RevokeInviteAsync(request.Caller, request.Route("invite"), request.Aborted)
            )
            .Operation(Operations.InviteRevoke)
            .Documented("Revoke an invite");

        api.ConsolePost<InviteTokenJson, OfferJson>("/invites/show", ShowAsync)
            .OperationOfNobody(Operations.InviteAccept)
            .Documented("What an invite offers to who holds its token");
        api.ConsolePost<RegisterJson, RegisteredJson>("/invites/accept", RegisterAsync)
            .OperationOfNobody(Operations.InviteAccept)
            .Documented("Make an account with an invite and join");
    }

    private static async Task<Result<Page<InviteJson>>> ListAsync(WireRequest request)
    {
        if (!PageQuery.Of(request).TryGet(out var page, out var problem))
        {
            return Result.Fail<Page<InviteJson>>(problem);
        }

        var org = request.Caller.Org!;
        var rows = await request
            .Service<IViews>()
            .ListAsync(page.Views(org, ViewKinds.Invite, "", descending: true), request.Aborted);
        var emails = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var view = ViewJson.Read<InviteView>(row.Json);
            emails[row.Key] = view.Email is { } box
                ? (await request.Service<InviteTokens>().OpenEmailAsync(org, view.Id, box, request.Aborted))?.Value
                : null;
        }

        var now = request.Service<TimeProvider>().GetUtcNow();
        return page.Of(rows, row => Of(ViewJson.Read<InviteView>(row.Json), emails[row.Key], now));
    }

    private static async Task<Result<IssuedInviteJson>> SendAsync(WireRequest request, NewInviteJson body) =>
        body.Email is null == body.Open
            ? (
                await Org(request)
                    .SendInviteAsync(
                        request.Caller,
                        new SendInvite(body.Email, GrantJson.ToGrants(body.Roles), Lifetime(body.Days)),
                        request.Aborted
                    )
            ).Map(issued => Of(request, issued))
            : new Invalid("invite.email_missing", "an invite is for one address, or open to whoever has the link")
            {
                Suggestion = "give email, or open: true",
            };

    private static async Task<Result<OfferJson>> ShowAsync(WireRequest request, InviteTokenJson body)
    {
        request.DecidedByItem();
        return (await request.Service<Invitations>().ShowAsync(request.Caller, new(body.Token), request.Aborted)).Map(
            offer => new OfferJson(
                offer.Organization,
                offer.By,
                offer.Expires,
                [.. offer.Roles.Select(role => new OfferedRoleJson(role.Role, role.Racks))],
                Of(offer.Preview),
                offer.For
            )
        );
    }

    private static async Task<Result<RegisteredJson>> RegisterAsync(WireRequest request, RegisterJson body)
    {
        request.DecidedByItem();
        var registered = await request
            .Service<Invitations>()
            .RegisterAsync(
                request.Caller,
                new RegisterInvited(new(body.Token), body.Email, body.Name, new(body.Password)),
                request.Aborted
            );
        return registered.Map(person => new RegisteredJson(person.State.Id));
    }

    private static IOrgGrain Org(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IOrgGrain>(request.Caller.Org!);

    private static TimeSpan Lifetime(int? days) =>
        days is { } chosen ? TimeSpan.FromDays(chosen) : OrgInvites.DefaultLifetime;

    private static IssuedInviteJson Of(WireRequest request, IssuedInvite issued) =>
        new(
            issued.Id,
            $"{request.Context.Request.Scheme}://{request.Context.Request.Host}{PageSignIn.InvitePath}#{issued.Token.Reveal()}",
            issued.Expires
        );

    private static InviteJson Of(InviteView view, string? email, DateTimeOffset now) =>
        new(
            view.Id,
            GrantJson.Of(view.Roles),
            view.By,
            view.Sent,
            view.Expires,
            view.Status == InviteView.Pending && view.Expires <= now ? Expired : view.Status,
            email,
            view.UserId,
            view.Ended
        );

    private static PreviewJson Of(RolePreview preview) =>
        new(
            preview.Organization,
            [
                .. preview.Racks.Select(rack => new RackPreviewJson(
                    rack.Rack,
                    rack.Operations,
                    [.. rack.Apps.Select(apps => new AppsPreviewJson(apps.Apps, apps.Operations))]
                )),
            ]
        );
}
