using Palisade.Web.Api;

namespace Palisade.Web.Components.Racks;

/// <summary>Asks racks for pages: one that does not answer takes away nothing else that a page shows.</summary>
internal static class RackAnswers
{
    /// <summary>A reader looks at the rest meanwhile, and the rack's own page says what is wrong with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null: it does not answer.</summary>
    public static async Task<T?> OrNullAsync<T>(this Task<T> asked, CancellationToken cancellationToken)
        where T : struct
    {
        try
        {
            return await asked.WaitAsync(Patience, cancellationToken);
        }
        catch (Exception e) when (RackFaults.Of(e) is not null)
        {
            return null;
        }
    }
}
