using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;
using Palisade.Web.Components.Jobs;
using Palisade.Web.Components.Keys;
using Palisade.Web.Hosting;

namespace Palisade.Web.Pages.Sessions;

/// <summary>
/// Addresses of pages of one rack, app, job or deploy key: <c>/o/{org}/racks/{rack}</c>,
/// <c>/o/{org}/apps/{rack}/{app}</c> and what is below, <c>/o/{org}/jobs/{id}</c>, <c>/o/{org}/keys/{id}</c>.
/// </summary>
internal sealed class Addresses(Records records, JobsReader jobs, KeysReader keys, IGate gate)
{
    /// <summary>
    /// Whether the request is for a page of something that is not there or not the reader's to see. Decided before
    /// anything is rendered, so that both answer alike.
    /// </summary>
    public async ValueTask<bool> AreAbsentAsync(HttpContext context, PageSession session)
    {
        var left = context.RequestAborted;
        var parts = context.Request.Path.Value?.Split('/');
        return parts switch
        {
            ["", "o", var org, "apps", var rack, var name, ..] => !AppRef.TryParse($"{org}/{rack}/{name}", out var app)
                || await records.AppAsync(app, left) is null
                || !await gate.AllowsAsync(Caller(org), Operations.AppGet, Resource.Of(app), left),
            ["", "o", var org, "racks", { Length: > 0 } name, ..] => !RackRef.TryParse($"{org}/{name}", out var rack)
                || await records.RackAsync(rack, null, left) is null
                || !await gate.AllowsAsync(Caller(org), Operations.RackGet, Resource.Of(rack), left),
            ["", "o", var org, "jobs", { Length: > 0 }, ..] => await jobs.OneAsync(
                Caller(org),
                string.Join('/', parts[4..]),
                left
            )
                is null,
            ["", "o", var org, "keys", { Length: > 0 } id, ..] when id != "new" => await keys.OneAsync(
                Caller(org),
                id,
                left
            )
                is null,
            _ => false,
        };

        Caller Caller(string org) => session.CallerOf(context.User, RequestId.Of(context), org);
    }
}
