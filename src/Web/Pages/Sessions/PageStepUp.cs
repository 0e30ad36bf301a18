using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// What pages ask for before dangerous operations: a code of the second factor, when none was given in this session
/// lately (<see cref="StepUp"/>).
/// </summary>
internal sealed class PageStepUp(IGrainFactory grains, PageSessions sessions, TimeProvider time)
{
    /// <summary>Whether the form has to ask for a code.</summary>
    public bool IsNeeded(PageSession session) =>
        StepUp.IsDue(session.HasSecondFactor, session.SecondFactorAt, time.GetUtcNow());

    /// <summary>
    /// The caller of the request, proven with the code where one is needed. Problems: <c>factor.wrong</c>,
    /// <c>signin.throttled</c>.
    /// </summary>
    public async Task<Result<Caller>> ProveAsync(HttpContext http, string? code)
    {
        var session = PageSession.Of(http);
        var caller = session.CallerOf(http.User, RequestId.Of(http), org: null);
        if (!IsNeeded(session))
        {
            return caller;
        }

        var proven = await grains
            .GetGrain<IUserGrain>(session.Principal.Id)
            .ProveSecondFactorAsync(caller, new Sensitive<string>(code ?? ""), http.RequestAborted);
        return proven.TryGet(out _, out var problem)
            ? (await sessions.FindAsync(session.Hash, http.RequestAborted) ?? session).CallerOf(
                http.User,
                RequestId.Of(http),
                org: null
            )
            : Result.Fail<Caller>(problem);
    }
}
