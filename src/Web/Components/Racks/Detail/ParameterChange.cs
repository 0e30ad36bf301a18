using System.Globalization;
using Palisade.Domain.Racks;

namespace Palisade.Web.Components.Racks.Detail;

/// <param name="Parameter">Which.</param>
/// <param name="From">In force.</param>
/// <param name="To">In its stored form.</param>
public sealed record ParameterChange(RackParameters.Parameter Parameter, string From, string To)
{
    public string Name => Parameter.Name;

    /// <summary>What less of it costs; null: nothing, or it is more.</summary>
    public string? Risk =>
        long.Parse(To, CultureInfo.InvariantCulture) < long.Parse(From, CultureInfo.InvariantCulture)
            ? Parameter.Risk
            : null;
}
