using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>Whether the store answers.</summary>
internal static class StoreProbe
{
    /// <summary>What takes longer is taken for no answer: load balancers ask every few seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Throws whatever it is when it does not.</summary>
    public static Task AskAsync(IStore store, CancellationToken cancellationToken) =>
        store.Tickets.FindAsync("", cancellationToken).WaitAsync(Patience, cancellationToken);
}
