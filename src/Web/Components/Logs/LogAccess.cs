using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Web.Components.Account;

namespace Palisade.Web.Components.Logs;

/// <summary>Opens a log for a page: decided and counted once, when reading begins.</summary>
internal sealed class LogAccess(IGate gate, IProviders providers)
{
    /// <summary>Null: it may be read, and is kept on this node's machine; otherwise why not, as a sentence.</summary>
    public async ValueTask<string?> OpenAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        RackState rack,
        CancellationToken cancellationToken
    ) =>
        !(await gate.AuthorizeAsync(caller, operation, resource, cancellationToken)).TryGet(out _, out var refused)
            ? Sentence.Of(refused)
        : !providers.FindAny(rack).TryGet(out _, out var elsewhere) ? Sentence.Of(elsewhere)
        : null;
}
