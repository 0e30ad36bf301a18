using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Access;

/// <summary>What rights mean on the racks and apps that the reader sees.</summary>
internal sealed class ReachReader(IGate gate, Records records)
{
    /// <summary>Stands for the apps that a rack without any may get.</summary>
    public const string ToCome = "app-to-come";

    /// <summary>Racks where nothing is allowed are left out.</summary>
    /// <param name="access">What decides.</param>
    /// <param name="who">Whose rights are asked for.</param>
    /// <param name="toCome">Whether apps are meant whatever they are called, those to come too.</param>
    public async Task<Rights> OfAsync(
        Caller caller,
        CompiledPolicy access,
        string who,
        bool toCome,
        CancellationToken cancellationToken
    )
    {
        var environments = new Dictionary<string, string>(StringComparer.Ordinal);
        var resources = new List<Resource>();
        foreach (var rack in await records.RacksAsync(caller.Org!, cancellationToken))
        {
            if (!await gate.AllowsAsync(caller, Operations.RackGet, Resource.Of(rack.Ref), cancellationToken))
            {
                continue;
            }

            environments[rack.Name] = rack.Environment;
            resources.Add(Resource.Of(rack.Ref));
            foreach (var app in await records.AppsAsync(rack.Ref, cancellationToken))
            {
                if (await gate.AllowsAsync(caller, Operations.AppGet, Resource.Of(app.Ref), cancellationToken))
                {
                    resources.Add(Resource.Of(app.Ref));
                }
            }

            if (toCome && resources[^1].AppName is null)
            {
                resources.Add(Resource.Of(new AppRef(rack.Ref, ToCome)));
            }
        }

        var preview = RolePreview.Of(access, who, resources);
        return new(
            preview.Organization,
            [
                .. preview
                    .Racks.Where(rack => !rack.Operations.IsEmpty || rack.Apps.Any(apps => !apps.Operations.IsEmpty))
                    .Select(rack => new Reach(rack, environments[rack.Rack])),
            ]
        );
    }
}
