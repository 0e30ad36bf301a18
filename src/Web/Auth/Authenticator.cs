using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Console;
using Palisade.Web.Hosting;

namespace Palisade.Web.Auth;

/// <summary>
/// Proves who sends an API request: the token of its <c>Authorization</c> header, and nothing else (S07: cookies are
/// never looked at). Bodies are read only afterwards (S08).
/// </summary>
internal sealed class Authenticator(
    Freshness freshness,
    ITickets tickets,
    IDirectory directory,
    IRecorder recorder,
    SignInThrottle throttle,
    TimeProvider time
)
{
    private const int MaxClient = 200;

    /// <param name="streams">What the request is about: the caller that it is given proves where they are.</param>
    public async ValueTask<Result<SignedIn>> AuthenticateAsync(
        HttpContext context,
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken
    )
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            return AuthProblems.Missing;
        }

        if (header.Count > 1 || !HeaderCredential.TryParse(header.ToString(), out var credential))
        {
            return await RefuseAsync(context, null, AuthProblems.Malformed, cancellationToken);
        }

        if (
            !Tokens.TryParse(credential.Secret, out var kind)
            || kind is not (TokenKind.Cli or TokenKind.DeployKey or TokenKind.Operator)
        )
        {
            var why = credential.User == "jwt" ? AuthProblems.JwtOff : SignIns.Refusal(TokenFault.Malformed, kind);
            return await RefuseAsync(context, null, why, cancellationToken);
        }

        if (kind == TokenKind.Operator && !ConsoleApi.Serves(context.Request.Path))
        {
            return await RefuseAsync(context, null, AuthProblems.OperatorElsewhere, cancellationToken);
        }

        var hash = Tokens.Hash(new(credential.Secret));
        var (ticket, proven) = await freshness.ReadAsync(hash, streams, cancellationToken);
        var found = await CheckAsync(ticket, hash, kind, context.Connection.RemoteIpAddress, proven, cancellationToken);
        if (!found.TryGet(out var identity, out var problem))
        {
            return await RefuseAsync(context, ticket, problem, cancellationToken);
        }

        var caller = CallerOf(context, identity.Principal, ticket) with
        {
            HasSecondFactor = identity.HasSecondFactor,
            SecondFactorAt = identity.SecondFactorAt,
            Proven = proven,
        };
        tickets.Touch(hash, caller.Ip, caller.Client);
        return new SignedIn(caller, identity, hash, kind);
    }

    /// <summary>The sender of a request whose route needs no sign-in: nobody, in no organization.</summary>
    public static Result<SignedIn> Nobody(HttpContext context)
    {
        var nobody = new Principal(PrincipalKind.None, "", "");
        return new SignedIn(CallerOf(context, nobody, null) with { SignIn = "none" }, new Identity(nobody, []), "");
    }

    /// <summary>Asks again whether a credential still holds, for streams that stay open (S29).</summary>
    public async ValueTask<Result<Identity>> RecheckAsync(
        string tokenHash,
        TokenKind token,
        IPAddress? address,
        CancellationToken cancellationToken
    ) =>
        await CheckAsync(
            await tickets.FindAsync(tokenHash, cancellationToken),
            tokenHash,
            token,
            address,
            null,
            cancellationToken
        );

    private async ValueTask<Result<Identity>> CheckAsync(
        Ticket? ticket,
        string hash,
        TokenKind kind,
        IPAddress? address,
        ProvenHeads? proven,
        CancellationToken cancellationToken
    )
    {
        // SECURITY (S10): the ticket's id is the hash of 256 random bits; that it is this one is compared in constant
        // time.
        var expected = TicketKinds.Of(kind);
        if (
            ticket is null
            || ticket.Kind != expected
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(ticket.Hash),
                Encoding.ASCII.GetBytes(hash)
            )
        )
        {
            return SignIns.Refusal(TokenFault.Unknown, kind);
        }

        if (ticket.Revoked is not null)
        {
            return SignIns.Refusal(TokenFault.Revoked, kind);
        }

        if (ticket.Expires <= time.GetUtcNow())
        {
            return SignIns.Refusal(TokenFault.Expired, kind);
        }

        if (!IsFrom(ticket.Cidrs, address))
        {
            return SignIns.Refusal(TokenFault.WrongAddress, kind);
        }

        return await directory.FindAsync(ticket, proven, cancellationToken) is { } identity
            ? identity
            : SignIns.Refusal(kind == TokenKind.DeployKey ? TokenFault.Revoked : TokenFault.UserDisabled, kind);
    }

    // The record is written before the refusal is answered; past the limit of the address only the limit is told (S32).
    private async ValueTask<Result<SignedIn>> RefuseAsync(
        HttpContext context,
        Ticket? ticket,
        Problem problem,
        CancellationToken cancellationToken
    )
    {
        var wait = throttle.Refused(context.Connection.RemoteIpAddress);
        if (wait > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds)
                .ToString(System.Globalization.CultureInfo.InvariantCulture);
            return AuthProblems.Throttled(wait);
        }

        var caller = CallerOf(context, new Principal(PrincipalKind.None, ticket?.Subject ?? "", ""), ticket);
        var outcome = new Outcome(EntryResult.Denied, $"{problem.Code}: {problem.Message}");
        await recorder.RecordAsync(caller, Operations.SignIn, Resource.Org, outcome, cancellationToken);
        return Result.Fail<SignedIn>(problem);
    }

    private static bool IsFrom(ImmutableArray<string> networks, IPAddress? address)
    {
        if (networks.IsDefaultOrEmpty)
        {
            return true;
        }

        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null
            && networks.Any(n => IPNetwork.TryParse(n, out var network) && network.Contains(plain));
    }

    private static Caller CallerOf(HttpContext context, Principal principal, Ticket? ticket) =>
        new()
        {
            Principal = principal,
            SignIn = ticket?.Kind switch
            {
                TicketKinds.DeployKey => "deploy-key",
                TicketKinds.OperatorToken => "operator-token",
                _ => "cli-token",
            },
            CredentialId = ticket?.Id,
            Ip = context.Connection.RemoteIpAddress is { } ip
                ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString()
                : "",
            Client = Clean.Line(context.Request.Headers.UserAgent.ToString(), MaxClient - 1),
            RequestId = RequestId.Of(context),
        };
}
