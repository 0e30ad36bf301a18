using Palisade.Domain.Kernel;

namespace Palisade.Grains;

/// <summary>Callers that are not requests.</summary>
public static class Callers
{
    /// <summary>The process itself, at work on a log for nobody's request.</summary>
    /// <param name="org">"" for the installation's log.</param>
    public static Caller OfLog(string org) => System(string.IsNullOrEmpty(org) ? null : org, "000000000000");

    /// <summary>The process itself, acting for the request that caused it.</summary>
    public static Caller System(string? org, string requestId) =>
        new()
        {
            Principal = Principal.System,
            SignIn = "job",
            Ip = "",
            Client = "palisade",
            RequestId = requestId,
            Org = org,
        };
}
