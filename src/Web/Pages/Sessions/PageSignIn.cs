using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>Signs a browser in: what the steps give goes into cookies and nowhere else.</summary>
internal sealed class PageSignIn(
    SignIn signIn,
    PasswordStep password,
    KnownBrowsers browsers,
    PageSessions sessions,
    TimeProvider time
)
{
    public const string Path = "/login";
    public const string CodePath = "/login/code";
    public const string InvitePath = "/login/invite";

    /// <summary>How long a browser stays known to who signed in with it.</summary>
    private static readonly TimeSpan Remember = TimeSpan.FromDays(180);

    /// <summary>The first step. True: the second is to come, at <see cref="CodePath"/>.</summary>
    public async Task<Result<bool>> BeginAsync(HttpContext http, string email, Sensitive<string> secret)
    {
        var evidence = new PasswordEvidence(email, secret, HostCookie.Browser.Read(http.Request));
        var begun = await signIn.BeginAsync(Unproven(http), password, evidence, http.RequestAborted);
        if (!begun.TryGet(out var issued, out var problem))
        {
            return Result.Fail<bool>(problem);
        }

        await EnterAsync(http, issued);
        return issued.NeedsSecondFactor;
    }

    public async Task<Result<Done>> CompleteAsync(HttpContext http, Sensitive<string> code)
    {
        var completed = await signIn.CompleteAsync(
            Unproven(http),
            HostCookie.SignIn.Hash(http.Request),
            code,
            http.RequestAborted
        );
        if (!completed.TryGet(out var issued, out var problem))
        {
            return Result.Fail<Done>(problem);
        }

        HostCookie.SignIn.Clear(http);
        await EnterAsync(http, issued);
        return Result.Done;
    }

    /// <summary>A session for the account that an invite just made.</summary>
    public async Task<Result<Done>> EnterAsync(HttpContext http, Person person)
    {
        var proven = Unproven(http) with
        {
            Principal = new(PrincipalKind.User, person.State.Id, person.Name),
            SignIn = "invite",
        };
        if (!(await signIn.IssueAsync(proven, http.RequestAborted)).TryGet(out var issued, out var problem))
        {
            return Result.Fail<Done>(problem);
        }

        await EnterAsync(http, issued);
        return Result.Done;
    }

    public Task<bool> IsPendingAsync(HttpContext http) =>
        signIn.IsPendingAsync(HostCookie.SignIn.Hash(http.Request), http.RequestAborted);

    private async Task EnterAsync(HttpContext http, IssuedCredential issued)
    {
        if (issued.NeedsSecondFactor)
        {
            HostCookie.SignIn.Set(http, issued.Secret.Reveal(), issued.Expires);
            return;
        }

        HostCookie.Session.Set(http, issued.Secret.Reveal(), issued.Expires);
        if (await sessions.FindAsync(Tokens.Hash(issued.Secret), http.RequestAborted) is { } session)
        {
            var marks = await browsers.MarkAsync(
                session.Principal.Id,
                HostCookie.Browser.Read(http.Request),
                http.RequestAborted
            );
            HostCookie.Browser.Set(http, marks, time.GetUtcNow() + Remember);
        }
    }

    private static Caller Unproven(HttpContext http) => PageSession.Unproven(http, RequestId.Of(http));
}
