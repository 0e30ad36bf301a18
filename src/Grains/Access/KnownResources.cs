using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Views;

namespace Palisade.Grains.Access;

/// <summary>What access is decided on.</summary>
internal static class KnownResources
{
    /// <summary>The racks of an organization, then the apps.</summary>
    public static async Task<List<Resource>> ResourcesAsync(
        this IViews views,
        string org,
        CancellationToken cancellationToken
    )
    {
        var resources = new List<Resource>();
        foreach (var kind in new[] { ViewKinds.Rack, ViewKinds.App })
        {
            await foreach (var row in views.AllAsync(new(org, kind, ""), cancellationToken))
            {
                if (Resource.TryParse(row.Key, out var resource))
                {
                    resources.Add(resource);
                }
            }
        }

        return resources;
    }
}
