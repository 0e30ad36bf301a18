using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Installation;
using Palisade.Grains.Users;
using Palisade.Storage.Tickets;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>Proves operators of pages, as of now.</summary>
internal sealed class OperatorSessions(
    Authenticator authenticator,
    ITickets tickets,
    InstallationFacts installation,
    IGrainFactory grains
)
{
    /// <summary>How long one stays; then the password is asked for again.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether the person operates the installation at all: to everybody else these pages are absent.
    /// </summary>
    public async ValueTask<bool> MayBeAsync(PageSession session, CancellationToken cancellationToken) =>
        (await installation.GetAsync(cancellationToken)).IsOperator(session.Principal.Id);

    /// <summary>Null: the password is to be given.</summary>
    public async ValueTask<OperatorSession?> FindAsync(HttpContext context, PageSession session)
    {
        if (HostCookie.Operator.Token(context.Request, TokenKind.Operator) is not { } token)
        {
            return null;
        }

        var (hash, stop) = (Tokens.Hash(token), context.RequestAborted);
        var found = await authenticator.RecheckAsync(
            hash,
            TokenKind.Operator,
            context.Connection.RemoteIpAddress,
            stop
        );

        // SECURITY: what another person left in the same browser is nobody's.
        if (
            !found.TryGet(out var identity, out _)
            || identity.Principal.Id != session.Principal.Id
            || await tickets.FindAsync(hash, stop) is not { } ticket
        )
        {
            return null;
        }

        var caller = session.CallerOf(context.User, RequestId.Of(context), org: null) with
        {
            Principal = identity.Principal,
            SignIn = "operator-token",
            CredentialId = ticket.Id,
            HasSecondFactor = identity.HasSecondFactor,
            SecondFactorAt = identity.SecondFactorAt,
        };
        tickets.Touch(hash, caller.Ip, caller.Client);
        return new(caller, hash);
    }

    /// <summary>Problems: those of <see cref="IInstallationGrain.IssueTokenAsync"/>.</summary>
    public async Task<Result<Done>> BeginAsync(HttpContext context, Caller caller, Sensitive<string> password)
    {
        var issued = await Grain.IssueTokenAsync(
            caller,
            new IssueOperatorToken(password, "operator's pages", Lifetime),
            context.RequestAborted
        );
        if (!issued.TryGet(out var token, out var problem))
        {
            return Result.Fail<Done>(problem);
        }

        HostCookie.Operator.Set(context, token.Secret.Reveal(), token.Expires);
        return Result.Done;
    }

    /// <summary>All of the person's operator tokens end, wherever they are.</summary>
    public async Task<Result<Done>> EndAsync(HttpContext context, Caller caller)
    {
        var revoked = await Grain.RevokeTokensAsync(caller, CancellationToken.None);
        if (revoked.Ok)
        {
            HostCookie.Operator.Clear(context);
        }

        return revoked;
    }

    private IInstallationGrain Grain => grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);
}
