using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>Which operation it is to do something with a sink.</summary>
internal static class SinkOperations
{
    /// <summary>
    /// SECURITY: files are the operator's only (S12), as everything of the installation's own log is.
    /// </summary>
    public static Operation Of(SinkKind kind, string org, Operation ofOrganization) =>
        kind == SinkKind.File || org.Length == 0 ? Operations.InstallationUpdate : ofOrganization;
}
