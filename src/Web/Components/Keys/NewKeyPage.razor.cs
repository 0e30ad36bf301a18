using Microsoft.AspNetCore.Components;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Keys;

namespace Palisade.Web.Components.Keys;

/// <summary>
/// Makes a deploy key. SECURITY: its secret is in this page's memory until the page is left, and nowhere else.
/// </summary>
public sealed partial class NewKeyPage : KeyFormPage
{
    private static readonly Operation[] ForNew = [Operations.KeyCreate];

    private IssuedKeyJson? _issued;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IIdSource NewIds { get; set; } = null!;

    private protected override ValueTask<MissingRight?> ReadKeyAsync(Caller caller) =>
        Draft.Name.Length == 0
            ? Missing.OfAsync(caller, Resource.Org, ForNew, Left)
            : ValueTask.FromResult<MissingRight?>(null);

    private Task MakeAsync() =>
        SaveAsync(
            async (caller, spec) =>
            {
                var made = await KeyOf(Ids.DeployKey(NewIds)).CreateAsync(caller, spec, Left);
                if (!made.TryGet(out var issued, out var problem))
                {
                    return problem;
                }

                _issued = IssuedKeyJson.Of(issued, Org, new Uri(Navigation.BaseUri).Authority, Time.GetUtcNow());
                return null;
            }
        );
}
