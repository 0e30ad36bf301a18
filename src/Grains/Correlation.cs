using Orleans.Runtime;

namespace Palisade.Grains;

/// <summary>
/// The id of the request that all of this is done for, for log lines: it goes along with calls of grains, and into
/// jobs with their caller.
/// </summary>
public static class Correlation
{
    public const string RequestId = "RequestId";

    /// <summary>From here on, in this flow of control.</summary>
    public static void Begin(string requestId) => RequestContext.Set(RequestId, requestId);
}
