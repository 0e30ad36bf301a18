using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;
using Palisade.Storage.Views;

namespace Palisade.Grains.Orgs;

/// <summary>
/// The tokens of invites: tickets that name an organization and an invite of it. What the invite gives is in the
/// organization's stream.
/// </summary>
public sealed class InviteTokens(IStore store, TimeProvider time)
{
    /// <summary>Why a token ended; kept with it, so that whoever still holds it is told.</summary>
    internal const string Used = "used";
    internal const string Revoked = "revoked";
    internal const string Replaced = "replaced";

    private const string Kind = "invite";
    private const string SubjectPrefix = "invite/";
    private const string Ended = "ended";
    private const string AskAgain = "ask for a new one";

    public static NotFound Unknown { get; } =
        new("invite.unknown", "this is no invite")
        {
            Suggestion = "check that the link is whole, or ask for a new one",
        };

    /// <summary>
    /// The ticket of a token that is still good. Problems: <c>invite.unknown</c>, <c>invite.used</c>,
    /// <c>invite.revoked</c>, <c>invite.replaced</c>, <c>invite.expired</c>; none of them says anything about an
    /// address.
    /// </summary>
    public async Task<Result<Ticket>> FindAsync(Sensitive<string> token, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (
            !Tokens.TryParse(token.Reveal(), out var kind)
            || kind != TokenKind.Invite
            || await store.Tickets.FindAsync(Tokens.Hash(token), cancellationToken) is not { Kind: Kind } ticket
        )
        {
            return Unknown;
        }

        return ticket.Revoked is not null
                ? EndOf(ticket) switch
                {
                    Used => new Conflict("invite.used", "this invite was used already")
                    {
                        Suggestion = "sign in if it was you, or ask for a new one",
                    },
                    Replaced => new Conflict("invite.replaced", "this invite was sent again since")
                    {
                        Suggestion = "use the newest link",
                    },
                    _ => new Conflict("invite.revoked", "this invite was revoked") { Suggestion = AskAgain },
                }
            : ticket.Expires <= time.GetUtcNow()
                ? new Conflict("invite.expired", "this invite has expired") { Suggestion = AskAgain }
            : ticket;
    }

    public Task<Sealed> SealEmailAsync(
        string org,
        string inviteId,
        EmailAddress email,
        CancellationToken cancellationToken = default
    ) => store.Sealer.SealAsync(Scope(org, inviteId), Encoding.UTF8.GetBytes(email.Value), "email", cancellationToken);

    /// <summary>The address that the invite of a token is for; null for an open one.</summary>
    internal async Task<EmailAddress?> EmailOfAsync(Ticket ticket, CancellationToken cancellationToken) =>
        await store.Views.GetAsync(ticket.Org!, ViewKinds.Invite, IdOf(ticket), cancellationToken) is { } row
        && ViewJson.Read<InviteView>(row).Email is { } email
            ? await OpenEmailAsync(ticket.Org!, IdOf(ticket), email, cancellationToken)
            : null;

    /// <summary>Null when it was erased with whose it is.</summary>
    public async Task<EmailAddress?> OpenEmailAsync(
        string org,
        string inviteId,
        Sealed email,
        CancellationToken cancellationToken = default
    ) =>
        await store.Sealer.OpenUnlessErasedAsync(Scope(org, inviteId), email, "email", cancellationToken)
            is not { } text
            ? null
        : EmailAddress.TryParse(Encoding.UTF8.GetString(text), out var address) ? address
        : throw new InvalidDataException($"The address of invite {inviteId} is none.");

    /// <summary>
    /// Of an organization, the keys of the addresses in its invites of somebody, ended or not (S30): the invites that
    /// they accepted, and those to the address of their account.
    /// </summary>
    /// <param name="person">Null for who has no account.</param>
    internal async Task<ImmutableArray<KeyErasure>> ErasuresAsync(
        string org,
        Person? person,
        CancellationToken cancellationToken
    )
    {
        var erasures = ImmutableArray.CreateBuilder<KeyErasure>();
        await foreach (var row in store.Views.AllAsync(new(org, ViewKinds.Invite, ""), cancellationToken))
        {
            var invite = ViewJson.Read<InviteView>(row.Json);
            if (
                person is not null
                && invite.Email is { } box
                && await OpenEmailAsync(org, invite.Id, box, cancellationToken) is { } address
                && (invite.UserId == person.State.Id || address.Value == person.Email)
            )
            {
                erasures.Add(new(Scope(org, invite.Id)));
            }
        }

        return erasures.ToImmutable();
    }

    internal static string IdOf(Ticket ticket) => ticket.Subject[SubjectPrefix.Length..];

    internal static Ticket New(
        string org,
        string inviteId,
        Sensitive<string> token,
        string ticketId,
        DateTimeOffset now,
        TimeSpan lifetime
    ) =>
        new()
        {
            Hash = Tokens.Hash(token),
            Kind = Kind,
            Id = ticketId,
            Subject = SubjectPrefix + inviteId,
            Org = org,
            Name = Kind,
            Created = now,
            Expires = now + lifetime,
        };

    /// <summary>Ends every token of an invite.</summary>
    internal async Task<ImmutableArray<TicketWrite>> EndAsync(
        string inviteId,
        string why,
        CancellationToken cancellationToken
    ) =>
        [
            .. (await store.Tickets.ListAsync(SubjectPrefix + inviteId, Kind, cancellationToken))
                .Where(ticket => ticket.Revoked is null)
                .Select(ticket => End(ticket, why)),
        ];

    internal TicketWrite End(Ticket ticket, string why) =>
        new TicketWrite.Put(
            ticket with
            {
                Revoked = time.GetUtcNow(),
                Data = JsonSerializer.Serialize(new Dictionary<string, string> { [Ended] = why }),
            }
        );

    private static string? EndOf(Ticket ticket)
    {
        using var data = JsonDocument.Parse(ticket.Data);
        return data.RootElement.TryGetProperty(Ended, out var why) ? why.GetString() : null;
    }

    private static string Scope(string org, string inviteId) => $"invite/{org}/{inviteId}";
}
