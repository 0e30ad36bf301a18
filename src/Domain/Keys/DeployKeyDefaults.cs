using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Keys;

/// <summary>
/// What every deploy key may do, unless it is narrow: the operations behind build, builds, builds export, builds
/// import, deploy, env set --replace, logs, rack, racks, releases promote with an explicit release, and run
/// (convox-wire.md 7).
/// </summary>
public static class DeployKeyDefaults
{
    public static ImmutableArray<Operation> Operations { get; } =
    [
        Access.Operations.RackList,
        Access.Operations.RackGet,
        Access.Operations.AppGet,
        Access.Operations.AppLogs,
        Access.Operations.AppEnvSet,
        Access.Operations.SourceUpload,
        Access.Operations.BuildCreate,
        Access.Operations.BuildGet,
        Access.Operations.BuildList,
        Access.Operations.BuildLogs,
        Access.Operations.BuildExport,
        Access.Operations.BuildImport,
        Access.Operations.ReleasePromote,
        Access.Operations.ProcessRun,
        Access.Operations.ProcessRunGet,
        Access.Operations.ProcessRunExec,
        Access.Operations.ProcessRunStop,
    ];

    /// <summary>The same as a role, so that decisions and explanations treat it like any other.</summary>
    public static Role Role { get; } =
        new()
        {
            Id = "deploy-key-defaults",
            Name = "deploy key defaults",
            Policies = [.. Operations.Select(operation => Policy.Allow(operation.Type, operation.Name))],
        };
}
