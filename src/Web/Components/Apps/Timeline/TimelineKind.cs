using System.Collections.Frozen;
using System.Collections.Immutable;
using Palisade.Domain.Access;
using Known = Palisade.Domain.Access.Operations;

namespace Palisade.Web.Components.Apps.Timeline;

/// <summary>What sort of thing happened to an app, as people call it.</summary>
/// <param name="Name">In the address.</param>
/// <param name="Label">On pages.</param>
/// <param name="Operations">Those by which it happens; none of <see cref="Refusal"/>, which all can end in.</param>
public sealed record TimelineKind(string Name, string Label, ImmutableArray<string> Operations)
{
    public static TimelineKind Refusal { get; } = new("refusal", "Refused", []);

    /// <summary>What a reader chooses from.</summary>
    public static ImmutableArray<TimelineKind> All { get; } =
    [
        Of("promote", "Promotion", Known.ReleasePromote, Known.ReleaseRollback, Known.AppCancel),
        Of("outcome", "Outcome", Known.ReleaseConverge),
        Of("release", "Release", Known.ReleaseCreate),
        Of("build", "Build", Known.BuildCreate, Known.BuildImport, Known.BuildRun, Known.BuildCancel),
        Of("env", "Environment", Known.AppEnvSet, Domain.Access.Operations.AppEnvReveal),
        Of("scale", "Scaling", Known.ServiceScale),
        Of("restart", "Restart", Known.ServiceRestart, Known.ProcessStop, Known.ProcessRunStop),
        Of("exec", "Command", Known.AppExec, Known.ProcessRun, Known.ProcessRunExec, Known.StreamClose),
        Of("repair", "Repair", Known.AppConverge),
        Of("app", "App", Known.AppCreate, Known.AppUpdate, Known.AppDelete),
        Refusal,
    ];

    private static readonly TimelineKind Other = new("other", "Other", []);

    private static readonly FrozenDictionary<string, TimelineKind> ByOperation = All.SelectMany(kind =>
            kind.Operations.Select(operation => (Operation: operation, Kind: kind))
        )
        .ToFrozenDictionary(pair => pair.Operation, pair => pair.Kind, StringComparer.Ordinal);

    /// <param name="result"><c>ok</c>, <c>denied</c> or <c>failed</c>.</param>
    public static TimelineKind Of(string operation, string result) =>
        result == "denied" ? Refusal : ByOperation.GetValueOrDefault(operation, Other);

    private static TimelineKind Of(string name, string label, params Operation[] operations) =>
        new(name, label, [.. operations.Select(operation => operation.Name)]);
}
