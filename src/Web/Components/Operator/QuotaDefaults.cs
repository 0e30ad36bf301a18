using Microsoft.Extensions.Options;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Web.Hosting;

namespace Palisade.Web.Components.Operator;

/// <summary>What an organization may take that has no quotas of its own, by this node's settings.</summary>
internal sealed class QuotaDefaults(IOptions<AppLimits> apps, IOptions<WebOptions> web)
{
    /// <summary>Null, where nothing bounds it: requests are bounded by person then.</summary>
    public OrgQuotas Quotas { get; } =
        new()
        {
            Apps = apps.Value.MaxPerOrganization,
            BuildsAtOnce = BuildJob.MaxAtOnce,
            ObjectBytes = web.Value.MaxObjectBytes,
            Members = OrgState.MaxMembers,
            DeployKeys = KeyRegistry.MaxKeys,
            ReleasesPerMinute = web.Value.ReleasesPerMinute,
            KeptReleases = apps.Value.KeepReleases,
        };
}
