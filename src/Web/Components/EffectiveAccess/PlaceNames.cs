using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;

namespace Palisade.Web.Components.EffectiveAccess;

/// <summary>Racks and apps that can be asked about: those that the reader sees.</summary>
internal sealed class PlaceNames(Policies policies, Records records)
{
    /// <summary>More are not offered; any may be typed.</summary>
    public const int Most = 100;

    public async Task<ImmutableArray<string>> OfAsync(Caller caller, CancellationToken cancellationToken)
    {
        var policy = await policies.OfAsync(caller.Org!, cancellationToken);
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var rack in await records.RacksAsync(caller.Org!, cancellationToken))
        {
            if (!policy.Decide(caller, Operations.RackGet, Resource.Of(rack.Ref)).Allowed)
            {
                continue;
            }

            names.Add(Resource.Of(rack.Ref).ToString());
            foreach (var app in await records.AppsAsync(rack.Ref, cancellationToken))
            {
                if (policy.Decide(caller, Operations.AppGet, Resource.Of(app.Ref)).Allowed)
                {
                    names.Add(Resource.Of(app.Ref).ToString());
                }
            }

            if (names.Count >= Most)
            {
                break;
            }
        }

        return [.. names.Take(Most)];
    }
}
