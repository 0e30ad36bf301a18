using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Keys;

namespace Palisade.Web.Components.Keys;

/// <summary>What a person does to deploy keys from pages: the same operations as the API's.</summary>
internal sealed class KeyActions(IGrainFactory grains, IIdSource ids)
{
    public Task<Result<IssuedKey>> CreateAsync(
        Caller caller,
        DeployKeySpec spec,
        CancellationToken cancellationToken = default
    ) => Grain(caller, $"key-{ids.Hex(6)}").CreateAsync(caller, spec, cancellationToken);

    public async Task<Problem?> UpdateAsync(
        Caller caller,
        string id,
        DeployKeySpec spec,
        DeployKeySpec? from,
        CancellationToken cancellationToken = default
    ) => (await Grain(caller, id).UpdateAsync(caller, spec, from, cancellationToken)).Problem;

    public Task<Result<IssuedKey>> RollAsync(
        Caller caller,
        string id,
        TimeSpan overlap,
        CancellationToken cancellationToken = default
    ) => Grain(caller, id).RollAsync(caller, overlap, cancellationToken);

    public async Task<Problem?> ReportAsync(Caller caller, string id, CancellationToken cancellationToken = default) =>
        (await Grain(caller, id).ReportAsync(caller, cancellationToken)).Problem;

    public async Task<Problem?> DeleteAsync(Caller caller, string id, CancellationToken cancellationToken = default) =>
        (await Grain(caller, id).DeleteAsync(caller, cancellationToken)).Problem;

    private IDeployKeyGrain Grain(Caller caller, string id) => grains.GetGrain<IDeployKeyGrain>($"{caller.Org}/{id}");
}
