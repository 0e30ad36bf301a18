using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Web.Nodes;

/// <summary>What one node asks another to do on a rack of its machine.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "act")]
[JsonDerivedType(typeof(Observe), "observe")]
[JsonDerivedType(typeof(Processes), "processes")]
[JsonDerivedType(typeof(Instances), "instances")]
[JsonDerivedType(typeof(Endpoints), "endpoints")]
[JsonDerivedType(typeof(Wait), "wait")]
[JsonDerivedType(typeof(Run), "run")]
[JsonDerivedType(typeof(Stop), "stop")]
[JsonDerivedType(typeof(Exec), "command")]
[JsonDerivedType(typeof(ReadFiles), "files.read")]
[JsonDerivedType(typeof(WriteFiles), "files.write")]
[JsonDerivedType(typeof(Proxy), "proxy")]
[JsonDerivedType(typeof(Export), "export")]
[JsonDerivedType(typeof(Logs), "logs")]
internal abstract record RackAct
{
    /// <summary>The app that it is about; none for the rack itself.</summary>
    [JsonIgnore]
    public virtual AppRef? Of => null;

    /// <summary>
    /// The operations that do this; empty for what every request on the rack looks at. What was decided must be one of
    /// them.
    /// </summary>
    [JsonIgnore]
    public virtual ImmutableArray<Operation> Operations => [];

    public sealed record Observe : RackAct;

    public sealed record Processes(AppRef App, string AppId) : RackAct
    {
        public override AppRef? Of => App;
    }

    public sealed record Instances : RackAct;

    public sealed record Endpoints(
        AppRef App,
        string Service,
        int? Port,
        bool IsInternal,
        ImmutableArray<string> Domains
    ) : RackAct
    {
        public override AppRef? Of => App;
    }

    /// <summary>For a change of the app, or of anything on the rack.</summary>
    public sealed record Wait(AppRef? App, TimeSpan AtMost) : RackAct
    {
        public override AppRef? Of => App;
    }

    public sealed record Run(OneOffProcess Process) : RackAct
    {
        public override AppRef? Of => Process.App;

        public override ImmutableArray<Operation> Operations => [Domain.Access.Operations.ProcessRun];
    }

    public sealed record Stop(AppRef App, string AppId, string Process) : RackAct
    {
        public override AppRef? Of => App;

        public override ImmutableArray<Operation> Operations =>
            [Domain.Access.Operations.ProcessStop, Domain.Access.Operations.ProcessRunStop];
    }

    /// <summary>Its input follows in frames (<see cref="FramedInput"/>).</summary>
    public sealed record Exec(AppRef App, string AppId, string Process, ExecRequest Request) : RackAct
    {
        public override AppRef? Of => App;

        public override ImmutableArray<Operation> Operations =>
            [Domain.Access.Operations.AppExec, Domain.Access.Operations.ProcessRunExec];
    }

    public sealed record ReadFiles(AppRef App, string AppId, string Process, string Path) : RackAct
    {
        public override AppRef? Of => App;

        public override ImmutableArray<Operation> Operations => [Domain.Access.Operations.AppFilesGet];
    }

    /// <summary>The tar follows.</summary>
    public sealed record WriteFiles(AppRef App, string AppId, string Process) : RackAct
    {
        public override AppRef? Of => App;

        public override ImmutableArray<Operation> Operations => [Domain.Access.Operations.AppFilesPut];
    }

    /// <summary>The rack looks by itself whether the host is one of the app's.</summary>
    public sealed record Proxy(string Host, int Port) : RackAct
    {
        public override ImmutableArray<Operation> Operations => [Domain.Access.Operations.AppProxy];
    }

    public sealed record Export(BuildExport Build) : RackAct
    {
        public override AppRef? Of => Build.App;

        public override ImmutableArray<Operation> Operations => [Domain.Access.Operations.BuildExport];
    }

    public sealed record Logs(string Log, LogQuery Query) : RackAct
    {
        public override ImmutableArray<Operation> Operations =>
            [
                Domain.Access.Operations.AppLogs,
                Domain.Access.Operations.ProcessLogs,
                Domain.Access.Operations.BuildLogs,
                Domain.Access.Operations.RackLogs,
            ];
    }
}
