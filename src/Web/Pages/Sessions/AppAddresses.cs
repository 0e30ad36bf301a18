using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>Addresses of pages of one app: <c>/o/{org}/apps/{rack}/{app}</c> and what is below.</summary>
internal sealed class AppAddresses(Records records, IGate gate)
{
    /// <summary>
    /// Whether the request is for a page of an app that is not there or not the reader's to see. Decided before
    /// anything is rendered, so that both answer alike.
    /// </summary>
    public async ValueTask<bool> AreAbsentAsync(HttpContext context, PageSession session)
    {
        if (context.Request.Path.Value?.Split('/') is not ["", "o", var org, "apps", var rack, var name, ..])
        {
            return false;
        }

        var caller = session.CallerOf(context.User, RequestId.Of(context), org);
        return !AppRef.TryParse($"{org}/{rack}/{name}", out var app)
            || await records.AppAsync(app, context.RequestAborted) is null
            || !await gate.AllowsAsync(caller, Operations.AppGet, Resource.Of(app), context.RequestAborted);
    }
}
