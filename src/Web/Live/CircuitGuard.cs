using Microsoft.AspNetCore.SignalR;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Live;

/// <summary>
/// Binds circuits to sessions: every connection is one of a proven session, ends with it, and takes up again only a
/// circuit that the same session began. A reconnect passes <see cref="PageGate"/> like any request, so it authenticates
/// again.
/// </summary>
internal sealed class CircuitGuard(CircuitRegistry circuits, AccessStamps access) : IHubFilter
{
    private static readonly object Key = new();

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (
            PageSession.HashOf(context.Context.User) is not { } session
            || await access.OfAsync(session, context.Context.ConnectionAborted) is not { } stamp
        )
        {
            throw new HubException("sign in first");
        }

        context.Context.Items[Key] = session;
        circuits.Opened(context.Context, session, stamp);
        await next(context);
    }

    public async Task OnDisconnectedAsync(
        HubLifetimeContext context,
        Exception? exception,
        Func<HubLifetimeContext, Exception?, Task> next
    )
    {
        circuits.Closed(context.Context);
        await next(context, exception);
    }

    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocation,
        Func<HubInvocationContext, ValueTask<object?>> next
    )
    {
        var session = (string)invocation.Context.Items[Key]!;

        // SECURITY: a circuit acts for who began it. Its id alone must not be enough for somebody else who signs in
        // with the same browser.
        if (
            invocation.HubMethodName is "ConnectCircuit" or "ResumeCircuit"
            && !circuits.Owns(invocation.HubMethodArguments is [string circuit, ..] ? circuit : null, session)
        )
        {
            return invocation.HubMethodName == "ConnectCircuit" ? false : null;
        }

        var result = await next(invocation);
        switch (invocation.HubMethodName, result)
        {
            case ("StartCircuit" or "ResumeCircuit", string began):
                circuits.Began(began, invocation.Context, session);
                break;
            case ("ConnectCircuit", true):
                circuits.Began((string)invocation.HubMethodArguments[0]!, invocation.Context, session);
                break;
        }

        return result;
    }
}
