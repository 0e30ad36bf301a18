using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Racks;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;
using Palisade.Storage.Views;

namespace Palisade.Grains.Orgs;

/// <summary>
/// Invites: what they give is in the organization's stream, their token is a ticket, and both change in one append.
/// </summary>
public sealed partial class OrgGrain
{
    private const int InviteIdBytes = 6;

    public async Task<Result<RolePreview>> PreviewRolesAsync(
        Caller caller,
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken = default
    )
    {
        var allowed = await ReadAsync(caller, Operations.InvitePreview, cancellationToken);
        return !allowed.Ok ? Result.Fail<RolePreview>(allowed.Problem)
            : RolePreview.Check(State, roles) is { } invalid ? invalid
            : await PreviewAsync(roles, cancellationToken);
    }

    public async Task<Result<IssuedInvite>> SendInviteAsync(
        Caller caller,
        SendInvite command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var allowed = await AuthorizeAsync(caller, Operations.InviteCreate, cancellationToken);
        if (!allowed.Ok)
        {
            return Result.Fail<IssuedInvite>(allowed.Problem);
        }

        if (!EmailAddress.TryParse(command.Email, out var address) && command.Email is not null)
        {
            return new Invalid("user.email_invalid", "this is no email address")
            {
                Suggestion = "write it as name@example.com",
            };
        }

        var id = Services.Ids.Hex(InviteIdBytes);
        var emailHash = command.Email is null ? null : await people.EmailHashAsync(address, cancellationToken);
        var email = command.Email is null ? null : await invites.SealEmailAsync(Name, id, address, cancellationToken);
        var (ticket, issued) = NewInvite(id, command.Lifetime);
        return await CommandAsync<IssuedInvite>(
            new(caller, Operations.InviteCreate)
            {
                Authorize = false,
                Amend = append => append with { Tickets = [new TicketWrite.Put(ticket)] },
            },
            async (s, context) =>
            {
                if (
                    emailHash is not null
                    && await people.FindByEmailHashAsync(emailHash, cancellationToken) is { } person
                    && s.Members.ContainsKey(person.State.Id)
                )
                {
                    return OrgInvites.AlreadyMember;
                }

                var invite = new OrgInvite
                {
                    Id = id,
                    TicketId = ticket.Id,
                    Roles = command.Roles,
                    EmailHash = emailHash,
                    Email = email,
                    By = caller.Principal.Id,
                    Sent = ticket.Created,
                    Expires = ticket.Expires,
                };
                return Answer(OrgInvites.Send(s, invite, context), issued);
            },
            cancellationToken
        );
    }

    public async Task<Result<IssuedInvite>> ResendInviteAsync(
        Caller caller,
        string inviteId,
        TimeSpan lifetime,
        CancellationToken cancellationToken = default
    )
    {
        var (ticket, issued) = NewInvite(inviteId, lifetime);
        var old = await invites.EndAsync(inviteId, InviteTokens.Replaced, cancellationToken);
        return await CommandAsync<IssuedInvite>(
            new(caller, Operations.InviteCreate)
            {
                Amend = append => append with { Tickets = [.. old, new TicketWrite.Put(ticket)] },
            },
            (s, context) => Answer(OrgInvites.Resend(s, inviteId, ticket.Id, lifetime, context), issued),
            cancellationToken
        );
    }

    public async Task<Result<Done>> RevokeInviteAsync(
        Caller caller,
        string inviteId,
        CancellationToken cancellationToken = default
    )
    {
        var ended = await invites.EndAsync(inviteId, InviteTokens.Revoked, cancellationToken);
        return await CommandAsync(
            new(caller, Operations.InviteRevoke) { Amend = append => append with { Tickets = ended } },
            (s, context) => OrgInvites.Revoke(s, inviteId, context),
            cancellationToken
        );
    }

    public async Task<Result<InviteOffer>> ShowInviteAsync(
        Sensitive<string> token,
        CancellationToken cancellationToken = default
    )
    {
        await RefreshAsync(cancellationToken);
        if (!(await FindInviteAsync(token, cancellationToken)).TryGet(out var found, out var problem))
        {
            return Result.Fail<InviteOffer>(problem);
        }

        var invite = found.Invite;
        return new InviteOffer
        {
            Organization = Name,
            By = (await people.FindAsync(invite.By, cancellationToken))?.Name ?? "",
            For = invite.Email is { } box
                ? (await invites.OpenEmailAsync(Name, invite.Id, box, cancellationToken))?.ToString()
                : null,
            Expires = invite.Expires,
            Roles =
            [
                .. invite.Roles.Select(grant => new OfferedRole(
                    State.FindRole(grant.Role)?.Name ?? grant.Role,
                    grant.Racks.ToString()
                )),
            ],
            Preview = await PreviewAsync(invite.Roles, cancellationToken),
        };
    }

    public async Task<Result<Done>> AcceptInviteAsync(
        Caller caller,
        Sensitive<string> token,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var allowed = await AuthorizeAsync(caller, Operations.InviteAccept, cancellationToken);
        await RefreshAsync(cancellationToken);
        if (
            !allowed.TryGet(out _, out var problem)
            || !(await FindInviteAsync(token, cancellationToken)).TryGet(out var found, out problem)
        )
        {
            return Result.Fail<Done>(problem);
        }

        var person = await people.FindAsync(caller.Principal.Id, cancellationToken);
        var emailHash = EmailAddress.TryParse(person?.Email, out var address)
            ? await people.EmailHashAsync(address, cancellationToken)
            : "";
        return await ChangeMemberAsync(
            new(caller, Operations.InviteAccept)
            {
                Authorize = false,
                Amend = append => append with { Tickets = [invites.End(found.Ticket, InviteTokens.Used)] },
            },
            caller.Principal.Id,
            (s, context) =>
                OrgInvites.Accept(s, found.Invite.Id, found.Ticket.Id, caller.Principal.Id, emailHash, context),
            (user, _) => UserDecisions.Join(user, Name),
            cancellationToken
        );
    }

    public async Task<Result<Done>> RegisterInvitedAsync(
        Caller caller,
        Sensitive<string> token,
        InvitedAccount account,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(account);
        await RefreshAsync(cancellationToken);
        if (!(await FindInviteAsync(token, cancellationToken)).TryGet(out var found, out var problem))
        {
            return Result.Fail<Done>(problem);
        }

        var newcomer = caller with
        {
            Principal = new(PrincipalKind.User, account.UserId, account.Name),
            SignIn = "invite",
            CredentialId = found.Ticket.Id,
        };
        var claim = await NewAccount.ClaimAsync(
            people,
            account.EmailHash,
            account.UserId,
            newcomer,
            Operations.InviteAccept,
            cancellationToken
        );
        var registration = new Registration(
            account.Email,
            account.SealedName,
            account.Password,
            MustChangePassword: false
        );
        var scope = new CommandScope(newcomer, Operations.InviteAccept)
        {
            Authorize = false,
            Amend = append =>
                append with
                {
                    Writes =
                    [
                        .. append.Writes,
                        .. NewAccount.Writes(
                            account.UserId,
                            claim,
                            registration,
                            Name,
                            Services.Time.GetUtcNow(),
                            newcomer,
                            Operations.InviteAccept
                        ),
                    ],
                    Tickets = [invites.End(found.Ticket, InviteTokens.Used)],
                },
            Taken = NewAccount.Taken,
        };
        return await CommandAsync(
            scope,
            (s, context) =>
                OrgInvites.Accept(s, found.Invite.Id, found.Ticket.Id, account.UserId, account.EmailHash, context),
            cancellationToken
        );
    }

    /// <summary>The invite of a good token, as of the state that the grain holds.</summary>
    private async Task<Result<(Ticket Ticket, OrgInvite Invite)>> FindInviteAsync(
        Sensitive<string> token,
        CancellationToken cancellationToken
    ) =>
        !(await invites.FindAsync(token, cancellationToken)).TryGet(out var ticket, out var problem)
            ? Result.Fail<(Ticket, OrgInvite)>(problem)
        : ticket.Org != Name ? InviteTokens.Unknown
        : OrgInvites
            .Find(State, InviteTokens.IdOf(ticket), ticket.Id, Services.Time.GetUtcNow())
            .Map(invite => (ticket, invite));

    private (Ticket Ticket, IssuedInvite Issued) NewInvite(string id, TimeSpan lifetime)
    {
        var token = Tokens.Create(TokenKind.Invite, RandomNumberGenerator.GetBytes(Tokens.RandomBytes));
        var ticket = InviteTokens.New(
            Name,
            id,
            token,
            Services.Ids.Hex(InviteIdBytes),
            Services.Time.GetUtcNow(),
            lifetime
        );
        return (ticket, new IssuedInvite(id, token, ticket.Expires));
    }

    private async Task<RolePreview> PreviewAsync(
        ImmutableArray<RoleGrant> roles,
        CancellationToken cancellationToken
    ) => RolePreview.Of(State, roles, await Services.Store.Views.ResourcesAsync(Name, cancellationToken));

    private static Result<Decision<OrgEvent, T>> Answer<T>(Result<Decision<OrgEvent, Done>> decided, T answer) =>
        decided.Map(decision => new Decision<OrgEvent, T>(answer) { Events = decision.Events });
}
