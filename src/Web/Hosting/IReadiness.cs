namespace Palisade.Web.Hosting;

/// <summary>Says whether requests would be served now. Filled by the composition.</summary>
public interface IReadiness
{
    /// <summary>Null when ready, otherwise what is missing, for a person.</summary>
    Task<string?> NotReadyBecauseAsync(CancellationToken cancellationToken);
}
