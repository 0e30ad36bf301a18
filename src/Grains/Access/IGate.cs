using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Access;

/// <summary>
/// Decides access from the caller's proven policy. Fails closed (S14): anything missing or unknown is a refusal.
/// </summary>
public interface IGate
{
    /// <summary>Decides; a refusal is recorded before it is answered, an allowed read is counted.</summary>
    ValueTask<Result<Done>> AuthorizeAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Decides without recording: for filtering lists and for re-checks of what was recorded when it opened.
    /// </summary>
    ValueTask<bool> AllowsAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken = default
    );
}
