using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Audit;
using Palisade.Grains.Installation;
using Palisade.Grains.Orgs;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

/// <summary>
/// Every operation that changes something, what was there, what is done, and what its record has to say.
/// </summary>
internal static partial class ChangeCases
{
    /// <summary>All that is secret in what is done says this: it is to be nowhere.</summary>
    public const string Secret = "canary";

    /// <summary>What is personal, or part of it: only a live token's own row has it in clear.</summary>
    public static ImmutableArray<string> PersonalValues => ["linnet", Home, "@example.com"];

    private const string Home = "203.0.113.0/24";

    private static readonly Sensitive<string> Password = new("canary horse battery");
    private static readonly Sensitive<string> OtherPassword = new("canary of another kind");

    /// <summary>By what they are about; those of one share an organization, each with things of its own.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<ChangeCase>> All { get; } =
        new Dictionary<string, ImmutableArray<ChangeCase>>
        {
            ["access"] = Access,
            ["account"] = Account,
            ["apps"] = Apps,
            ["builds"] = Builds,
            ["installation"] = Installation,
            ["keys"] = Keys,
            ["log"] = Log,
            ["org"] = Org,
            ["racks"] = Racks,
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Operations of the level Write whose records have no changes, and why.</summary>
    public static ImmutableDictionary<Operation, string> ChangeNothing { get; } =
        new Dictionary<Operation, string>
        {
            [Operations.AppEnvReveal] = "shows",
            [Operations.AppExec] = "opens a way in; what goes on inside is the container's",
            [Operations.AppFilesGet] = "shows",
            [Operations.AppFilesPut] =
                "writes into a container, which keeps no list of before; the record of its end lists what came",
            [Operations.AppProxy] = "opens a way in",
            [Operations.AuditErase] = "bodies of records; the record has their number, range and digest",
            [Operations.AuditForget] = "keys of days; the record names the days",
            [Operations.InstallationMove] = "nothing; the record names the heads that came along",
            [Operations.InstallationRestore] = "everything; the record declares the fork of each log",
            [Operations.InvitePreview] = "shows",
            [Operations.MasterKeyExport] = "shows",
            [Operations.MasterKeyRotate] = "what data keys are wrapped by; the record names the keys",
            [Operations.MemberSignIn] = "the copy of a sign-in",
            [Operations.ProcessRunExec] = "opens a way in",
            [Operations.RackPrune] = "what builds left on a rack, which nothing lists; the record names the images",
            [Operations.ResourceExport] = "shows",
            [Operations.ResourceReveal] = "shows",
            [Operations.SinkTest] = "sends",
            [Operations.StreamClose] = "tells of an end",
            [Operations.SystemStart] = "tells of a start",
        }.ToImmutableDictionary();

    /// <summary>What nothing carries out yet: whoever builds one gives it a case.</summary>
    public static ImmutableArray<Operation> NotYet { get; } =
    [
        Operations.BillingUpdate,
        Operations.BudgetSet,
        Operations.BuildImageImport,
        Operations.BuildUpdate,
        Operations.CertConfigSet,
        Operations.CertCreate,
        Operations.CertDelete,
        Operations.InstanceKeyroll,
        Operations.InstanceShell,
        Operations.InstanceTerminate,
        Operations.IntegrationUpdate,
        Operations.JobCancel,
        Operations.KubectlProxy,
        Operations.OrgDelete,
        Operations.OrgTransfer,
        Operations.ProcessRunPrivileged,
        Operations.RackAccess,
        Operations.RackAccessRotate,
        Operations.RackDelete,
        Operations.RackEventSend,
        Operations.RackObserve,
        Operations.RackResourceUpdate,
        Operations.RackRuntimeSet,
        Operations.RecordingRead,
        Operations.RegistryAdd,
        Operations.RegistryRemove,
        Operations.ResourceConsole,
        Operations.ResourceImport,
        Operations.WorkflowRun,
        Operations.WorkflowUpdate,
    ];

    /// <summary>What the front does by itself: Web.Tests have their cases.</summary>
    public static ImmutableArray<Operation> AtTheEdge { get; } =
    [Operations.ObjectDelete, Operations.ObjectPut, Operations.SourceUpload];

    private static ChangeCase Case(Operation operation, Func<Acme, Task<Func<Task>>> there, params string[] expected) =>
        new(operation, there, expected);

    /// <summary>With nothing there beforehand.</summary>
    private static ChangeCase Case(Operation operation, Func<Acme, Task> done, params string[] expected) =>
        new(operation, acme => Task.FromResult<Func<Task>>(() => done(acme)), expected);

    private static ImmutableArray<RoleGrant> On(Role role, string? rack = null) =>
        [new(role.Id, rack is null ? Selector.AllowAll : Selector.Name(rack))];

    private static IUserGrain User(Acme acme, string id) => acme.Host.Grains.GetGrain<IUserGrain>(id);

    private static IOrgGrain Organization(Acme acme, string name) => acme.Host.Grains.GetGrain<IOrgGrain>(name);

    private static IRackGrain Rack(Acme acme, string name) => acme.Host.Grains.GetGrain<IRackGrain>($"acme/{name}");

    private static IAuditGrain LogOf(Acme acme) => acme.Host.Grains.GetGrain<IAuditGrain>("acme");

    private static IInstallationGrain Whole(Acme acme) =>
        acme.Host.Grains.GetGrain<IInstallationGrain>(IInstallationGrain.Key);

    private static async Task MemberAsync(Acme acme, string id)
    {
        await acme.RegisterAsync(id);
        Ok(await acme.Org.AddMemberAsync(Administrator, id, On(BuiltInRoles.DeveloperV2)));
    }
}
