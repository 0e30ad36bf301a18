using System.Data.Common;
using Palisade.Domain.Kernel;
using Palisade.Storage;

namespace Palisade.Web.Api;

/// <summary>Tells a database that is away, starting or full from a bug of ours: the first is a 503.</summary>
internal static class StoreFaults
{
    public static Unavailable Problem { get; } =
        new("store.unavailable", "the database does not answer at the moment; whether a change was made is not known")
        {
            Suggestion = "look again in a while, and repeat it if it was not",
        };

    public static bool Is(Exception? exception) => StoreAway.FaultIn(exception) is not null || IsTransient(exception);

    private static bool IsTransient(Exception? exception) =>
        exception is DbException { IsTransient: true }
        || (exception is not null && IsTransient(exception.InnerException));
}
