using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>What a release's services are on their rack.</summary>
public interface IReleaseShapes
{
    /// <summary>
    /// Services in the manifest's order, with scale as set. Holds environments in clear: nothing of that may be shown.
    /// Problems as of <c>ReleaseLoader</c>.
    /// </summary>
    Task<Result<ImmutableArray<DesiredService>>> ServicesAsync(
        AppView app,
        string release,
        RackFeatures features,
        CancellationToken cancellationToken
    );
}
