using Microsoft.Extensions.Options;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Storage.Objects;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary>Bodies that become objects of an app, within the bounds of both (S08).</summary>
internal static class Uploads
{
    /// <summary>Refuses a body that says that it is too large before anything is done for it.</summary>
    public static void CheckLength(WireRequest request)
    {
        var limit = request.Service<IOptions<WebOptions>>().Value.MaxSourceBytes;
        if (request.Context.Request.ContentLength > limit)
        {
            throw new ObjectTooLargeException(limit);
        }
    }

    /// <summary>
    /// Stores the request's body; after <see cref="CheckLength"/>. Problems: <c>object.quota</c>.
    /// </summary>
    public static async Task<Result<Done>> StoreAsync(WireRequest request, AppView app, string key)
    {
        var options = request.Service<IOptions<WebOptions>>().Value;
        var limit = options.MaxSourceBytes;
        // The store counts the bytes itself. The server's own limit would close the connection on a client that still
        // sends, which may not see the answer then; without it, what comes after the answer is read for some seconds.
        request.LimitBody(null);
        var (org, _) = await request.Service<Policies>().OrgAsync(app.Org, request.Aborted);
        var quota = org.Quotas.ObjectBytes ?? options.MaxObjectBytes;
        var limits = new ObjectLimits(limit) { Quota = new ObjectQuota(SourceSweep.Uploads, quota) };
        try
        {
            await request
                .Service<IObjectStore>()
                .PutAsync(app.Org, key, request.Context.Request.Body, limits, request.Aborted);
            return Result.Done;
        }
        catch (ObjectQuotaException)
        {
            return QuotaUsed(quota);
        }
    }

    private static Exhausted QuotaUsed(long bytes) =>
        new(
            "object.quota",
            $"the uploads of this organization may take {Math.Max(1, bytes >> 20)} MiB together, and this one would take more"
        )
        {
            Suggestion =
                "delete uploads or apps that are no longer needed; sources that no build needs go by themselves after a day",
        };
}
