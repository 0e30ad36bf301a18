using System.Collections.Immutable;
using System.Reflection;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Apps;
using Palisade.Grains.Audit;
using Palisade.Grains.Builds;
using Palisade.Grains.Installation;
using Palisade.Grains.Jobs;
using Palisade.Grains.Keys;
using Palisade.Grains.Orgs;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Contracts;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Access;

/// <summary>
/// Every method of every grain is called with everybody: it is refused to whom its operation is refused, and to nobody
/// else.
/// </summary>
public sealed class GrainMethodTests
{
    /// <summary>Methods that decide nothing, with the reason.</summary>
    private static readonly Dictionary<string, string> Undecided = new()
    {
        ["IAppGrain.StartedByAsync"] = "read by routes, which decide by it; says nothing to clients",
        ["IOrgGrain.ShowInviteAsync"] = "the invite's token is the right to see what it offers",
        ["IAppGrain.GoalAsync"] = "read by the converge job in the same process; holds no secret and is on no route",
    };

    /// <summary>The operation of each method, and of releases by content.</summary>
    private static readonly Dictionary<string, Operation> Carried = new()
    {
        ["IAppGrain.CancelAsync"] = Operations.AppCancel,
        ["IAppGrain.CreateAsync"] = Operations.AppCreate,
        ["IAppGrain.CreateBuildReleaseAsync"] = Operations.BuildCreate,
        ["IAppGrain.CreateReleaseAsync"] = Operations.AppEnvSet,
        ["IAppGrain.DeleteAsync"] = Operations.AppDelete,
        ["IAppGrain.GetAsync"] = Operations.AppGet,
        ["IAppGrain.MaskedEnvironmentAsync"] = Operations.AppEnvGet,
        ["IAppGrain.PromoteAsync"] = Operations.ReleasePromote,
        ["IAppGrain.ReadEnvironmentAsync"] = Operations.AppEnvGet,
        ["IAppGrain.ReportDeletedAsync"] = Operations.AppConverge,
        ["IAppGrain.ReportDeniedAsync"] = Operations.AppConverge,
        ["IAppGrain.ReportDriftAsync"] = Operations.AppConverge,
        ["IAppGrain.ReportReadyAsync"] = Operations.AppConverge,
        ["IAppGrain.ReportRolloutAsync"] = Operations.ReleaseConverge,
        ["IAppGrain.RequestProcessAsync"] = Operations.ProcessRun,
        ["IAppGrain.RestartAsync"] = Operations.ServiceRestart,
        ["IAppGrain.RollBackAsync"] = Operations.ReleaseRollback,
        ["IAppGrain.ScaleAsync"] = Operations.ServiceScale,
        ["IAppGrain.StopProcessAsync"] = Operations.ProcessStop,
        ["IAppGrain.UpdateAsync"] = Operations.AppUpdate,
        ["IAuditGrain.CreateSinkAsync"] = Operations.SinkCreate,
        ["IAuditGrain.DeleteSinkAsync"] = Operations.SinkDelete,
        ["IAuditGrain.EnsureKeyAsync"] = Operations.SystemMaintain,
        ["IAuditGrain.GetAsync"] = Operations.AuditRead,
        ["IAuditGrain.ReportSinkFailedAsync"] = Operations.SystemMaintain,
        ["IAuditGrain.RollSinkSecretAsync"] = Operations.SinkRoll,
        ["IAuditGrain.RotateKeyAsync"] = Operations.SigningRotate,
        ["IAuditGrain.UpdateSinkAsync"] = Operations.SinkUpdate,
        ["IAuditGrain.LiftHoldAsync"] = Operations.AuditHold,
        ["IAuditGrain.SetHoldAsync"] = Operations.AuditHold,
        ["IAuditGrain.SetRetentionAsync"] = Operations.AuditSettings,
        ["IBuildGrain.CancelAsync"] = Operations.BuildCancel,
        ["IBuildGrain.GetAsync"] = Operations.BuildGet,
        ["IBuildGrain.ImportAsync"] = Operations.BuildImport,
        ["IBuildGrain.ReportCompletedAsync"] = Operations.BuildRun,
        ["IBuildGrain.ReportFailedAsync"] = Operations.BuildRun,
        ["IBuildGrain.ReportImagesAsync"] = Operations.BuildRun,
        ["IBuildGrain.ReportPrunedAsync"] = Operations.AppPrune,
        ["IBuildGrain.StartAsync"] = Operations.BuildCreate,
        ["IInstallationGrain.AddOperatorAsync"] = Operations.OperatorAdd,
        ["IInstallationGrain.AllowNetworksAsync"] = Operations.InstallationUpdate,
        ["IInstallationGrain.DeleteBackupAsync"] = Operations.BackupDelete,
        ["IInstallationGrain.GetAsync"] = Operations.InstallationRead,
        ["IInstallationGrain.IssueTokenAsync"] = Operations.OperatorTokenCreate,
        ["IInstallationGrain.RevokeTokensAsync"] = Operations.OperatorTokenRevoke,
        ["IInstallationGrain.RemoveOperatorAsync"] = Operations.OperatorRemove,
        ["IInstallationGrain.ReportBackupAsync"] = Operations.JobRun,
        ["IInstallationGrain.ReportBackupFailedAsync"] = Operations.JobRun,
        ["IInstallationGrain.RequestBackupAsync"] = Operations.BackupCreate,
        ["IJobGrain.RetryAsync"] = Operations.JobRetry,
        ["IOrgGrain.ResumeAsync"] = Operations.OrgSuspend,
        ["IOrgGrain.SetQuotasAsync"] = Operations.OrgQuotasSet,
        ["IOrgGrain.SuspendAsync"] = Operations.OrgSuspend,
        ["IDeployKeyGrain.CreateAsync"] = Operations.KeyCreate,
        ["IDeployKeyGrain.DeleteAsync"] = Operations.KeyDelete,
        ["IDeployKeyGrain.GetAsync"] = Operations.KeyGet,
        ["IDeployKeyGrain.ReportAsync"] = Operations.KeyReport,
        ["IDeployKeyGrain.RollAsync"] = Operations.KeyRoll,
        ["IDeployKeyGrain.UpdateAsync"] = Operations.KeyUpdate,
        ["IDeployKeyGrain.UseAsync"] = Operations.KeyUse,
        ["IOrgGrain.AddGroupMembersAsync"] = Operations.GroupMemberAdd,
        ["IOrgGrain.AcceptInviteAsync"] = Operations.InviteAccept,
        ["IOrgGrain.ApplyAccessAsync"] = Operations.AccessApply,
        ["IOrgGrain.AddMemberAsync"] = Operations.MemberAdd,
        ["IOrgGrain.EraseMemberAsync"] = Operations.MemberErase,
        ["IOrgGrain.GetAsync"] = Operations.OrgGet,
        ["IOrgGrain.ListMembersAsync"] = Operations.MemberList,
        ["IOrgGrain.PreviewRolesAsync"] = Operations.InvitePreview,
        ["IOrgGrain.RequireSecondFactorAsync"] = Operations.OrgUpdate,
        ["IOrgGrain.ResendInviteAsync"] = Operations.InviteCreate,
        ["IOrgGrain.ResetMemberAsync"] = Operations.MemberReset,
        ["IOrgGrain.RevokeInviteAsync"] = Operations.InviteRevoke,
        ["IOrgGrain.SendInviteAsync"] = Operations.InviteCreate,
        ["IOrgGrain.CloneRoleAsync"] = Operations.RoleCreate,
        ["IOrgGrain.CreateAsync"] = Operations.OrgCreate,
        ["IOrgGrain.CreateGroupAsync"] = Operations.GroupCreate,
        ["IOrgGrain.CreateRoleAsync"] = Operations.RoleCreate,
        ["IOrgGrain.DeleteGroupAsync"] = Operations.GroupDelete,
        ["IOrgGrain.DeleteRoleAsync"] = Operations.RoleDelete,
        ["IOrgGrain.RemoveGroupMembersAsync"] = Operations.GroupMemberRemove,
        ["IOrgGrain.RemoveMemberAsync"] = Operations.MemberRemove,
        ["IOrgGrain.RenameGroupAsync"] = Operations.GroupUpdate,
        ["IOrgGrain.SetGroupRolesAsync"] = Operations.GroupRolesSet,
        ["IOrgGrain.SetMemberRolesAsync"] = Operations.MemberRolesSet,
        ["IOrgGrain.UpdateRoleAsync"] = Operations.RoleUpdate,
        ["IRackGrain.GetAsync"] = Operations.RackGet,
        ["IRackGrain.RegisterAsync"] = Operations.RackCreate,
        ["IRackGrain.ReportUpdatedAsync"] = Operations.RackConverge,
        ["IRackGrain.SetEnvironmentAsync"] = Operations.RackEnvironmentSet,
        ["IRackGrain.SetParametersAsync"] = Operations.RackParamsSet,
        ["IRackGrain.UpdateAsync"] = Operations.RackUpdate,
        ["IUserGrain.ChangePasswordAsync"] = Operations.PasswordChange,
        ["IUserGrain.CompleteSignInAsync"] = Operations.SignIn,
        ["IUserGrain.ConfirmSecondFactorAsync"] = Operations.FactorEnroll,
        ["IUserGrain.ListCredentialsAsync"] = Operations.TokenList,
        ["IUserGrain.ProposeSecondFactorAsync"] = Operations.FactorEnroll,
        ["IUserGrain.ProveSecondFactorAsync"] = Operations.AccountConfirm,
        ["IUserGrain.RemoveSecondFactorAsync"] = Operations.FactorRemove,
        ["IUserGrain.RenameAsync"] = Operations.AccountUpdate,
        ["IUserGrain.RenameCredentialAsync"] = Operations.TokenUpdate,
        ["IUserGrain.ReplaceRecoveryCodesAsync"] = Operations.FactorCodes,
        ["IUserGrain.ResetTokensAsync"] = Operations.TokenReset,
        ["IUserGrain.RevokeOthersAsync"] = Operations.TokenRevoke,
        ["IUserGrain.StrengthenPasswordAsync"] = Operations.SignIn,
        ["IUserGrain.DisableAsync"] = Operations.UserDisable,
        ["IUserGrain.EnableAsync"] = Operations.UserDisable,
        ["IUserGrain.EraseAsync"] = Operations.UserErase,
        ["IUserGrain.GetAsync"] = Operations.AccountGet,
        ["IUserGrain.IssueCredentialAsync"] = Operations.TokenCreate,
        ["IUserGrain.RegisterAsync"] = Operations.UserRegister,
        ["IUserGrain.RevokeCredentialAsync"] = Operations.TokenRevoke,
    };

    /// <summary>The operations that grains carry out.</summary>
    internal static IEnumerable<Operation> CarriedOperations => Carried.Values;

    /// <summary>
    /// Methods whose right is in what they are given, with the reason: nobody is refused for who they are.
    /// </summary>
    private static readonly Dictionary<string, string> Proven = new()
    {
        ["IOrgGrain.RegisterInvitedAsync"] = "who holds an invite's token need not be anybody yet",
    };

    private static readonly Caller[] Everybody =
    [
        Administrator,
        RackOperator,
        Developer,
        Deployer,
        Auditor,
        Outsider,
        Operator,
        Acme.System,
        By("", PrincipalKind.None),
        By("ada", org: null),
        By("ada", PrincipalKind.DeployKey),
    ];

    public static TheoryData<string> Methods => [.. All.Select(Name)];

    private static IEnumerable<MethodInfo> All => WireTypes.GrainInterfaces.SelectMany(t => t.GetMethods());

    [Fact]
    public void Every_method_carries_an_operation_or_is_listed_with_a_reason() =>
        Assert.Equal(
            All.Select(Name).Order(StringComparer.Ordinal),
            Carried.Keys.Concat(Undecided.Keys).Concat(Proven.Keys).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Every_method_that_decides_takes_the_caller_first_and_no_listed_one_takes_any() =>
        Assert.All(
            All,
            method =>
                Assert.Equal(
                    !Undecided.ContainsKey(Name(method)),
                    method.GetParameters()[0].ParameterType == typeof(Caller)
                )
        );

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Each_method_is_refused_to_whom_its_operation_is_refused_and_says_so_in_the_records(string name)
    {
        if (!Carried.TryGetValue(name, out var operation))
        {
            return;
        }

        var method = All.Single(m => Name(m) == name);
        await using var acme = await StartAsync(pump: false);
        var policy = await acme.Host.Get<Palisade.Grains.Access.Policies>().OfAsync("acme");
        foreach (var caller in Everybody)
        {
            var own =
                caller.Principal.Id == "ada"
                || operation == Operations.InviteAccept
                || method.DeclaringType == typeof(IInstallationGrain);
            var expected = operation.Scope
                is OperationScope.Account
                    or OperationScope.Installation
                    or OperationScope.System
                ? OwnAccess.IsAllowed(caller, operation, own ? caller.Principal.Id : "somebody else")
                : policy.Decide(caller, operation, ResourceOf(method)).Allowed;
            var before = await DeniedAsync(acme, operation);

            var code = await CallAsync(acme, method, caller);

            Assert.True(expected == (code != AccessRecords.Denied), $"{caller.Principal} of {caller.Org}: {code}");
            if (
                !expected
                && caller.Org == "acme"
                && operation.Scope is not (OperationScope.Account or OperationScope.Installation)
            )
            {
                var record = (await DeniedAsync(acme, operation)).Except(before).Single();
                Assert.Contains(caller.RequestId, record, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task S02_a_session_whose_first_password_is_unchanged_only_changes_it()
    {
        await using var acme = await StartAsync(pump: false);
        var session = Administrator with { SignIn = "session", MustChangePassword = true };
        foreach (var method in All.Where(m => Carried.ContainsKey(Name(m))))
        {
            var free =
                Carried[Name(method)] == Operations.PasswordChange
                || Carried[Name(method)] == Operations.AccountGet
                || Carried[Name(method)] == Operations.SignIn;
            var code = await CallAsync(acme, method, session);
            Assert.True(free == (code is not (FirstPassword.Code or AccessRecords.Denied)), $"{Name(method)}: {code}");
            Assert.NotEqual(FirstPassword.Code, await CallAsync(acme, method, session with { SignIn = "cli-token" }));
        }
    }

    private static async Task<string[]> DeniedAsync(Acme acme, Operation operation) =>
        [.. (await acme.RecordsAsync(operation.Name, EntryResult.Denied)).Select(r => r.Body)];

    private static async Task<string> CallAsync(Acme acme, MethodInfo method, Caller caller)
    {
        var grain = acme.Host.Grains.GetGrain(method.DeclaringType!, Key(method));
        var task = (Task)
            method.Invoke(
                grain,
                [
                    .. method
                        .GetParameters()
                        .Select(p =>
                            p.ParameterType == typeof(Caller) ? caller
                            : p.Name == "kind" ? CredentialKinds.Cli
                            : Sample(p.ParameterType)
                        ),
                ]
            )!;
        await task;
        var result = task.GetType().GetProperty("Result")!.GetValue(task)!;
        return (result.GetType().GetProperty("Problem")!.GetValue(result) as Problem)?.Code ?? "ok";
    }

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private static string Key(MethodInfo method) =>
        method.DeclaringType!.Name switch
        {
            nameof(IAppGrain) => "acme/staging/web",
            nameof(IBuildGrain) => "acme/staging/web/BAAAAAAAAAA",
            nameof(IInstallationGrain) => IInstallationGrain.Key,
            nameof(IDeployKeyGrain) => "acme/key-0123456789ab",
            nameof(IAuditGrain) or nameof(IOrgGrain) => "acme",
            nameof(IJobGrain) => "acme/converge-0123456789ab",
            nameof(IRackGrain) => "acme/staging",
            nameof(IUserGrain) => "ada",
            var other => throw new InvalidOperationException($"{other} has no sample key"),
        };

    private static Resource ResourceOf(MethodInfo method) =>
        method.DeclaringType!.Name switch
        {
            nameof(IAppGrain) or nameof(IBuildGrain) => Resource.App("staging", "web"),
            nameof(IRackGrain) => Resource.Rack("staging"),
            _ => Resource.Org,
        };

    /// <summary>Any value of the type: what matters is the decision before it is looked at.</summary>
    private static object? Sample(Type type) =>
        type switch
        {
            _ when type == typeof(CancellationToken) => CancellationToken.None,
            _ when type == typeof(string) => "x",
            _ when type == typeof(long) => 1L,
            _ when type == typeof(int?) => 90,
            _ when type == typeof(bool) => false,
            _ when type == typeof(TimeSpan) => TimeSpan.FromDays(1),
            _ when type == typeof(SendInvite) => new SendInvite(null, [], TimeSpan.FromDays(1)),
            _ when type == typeof(OrgQuotas) => OrgQuotas.None,
            _ when type == typeof(ResetMember) => new ResetMember("x", null, false),
            _ when type == typeof(Sensitive<string>) => new Sensitive<string>("a long enough password"),
            _ when type == typeof(ImmutableArray<RoleGrant>) => ImmutableArray<RoleGrant>.Empty,
            _ when type == typeof(ImmutableArray<RoleGrant>?) => null,
            _ when type == typeof(Role) => null,
            _ when type == typeof(ImmutableArray<Policy>) => ImmutableArray<Policy>.Empty,
            _ when type == typeof(ImmutableArray<string>) => ImmutableArray<string>.Empty,
            _ when type == typeof(ImmutableSortedDictionary<string, string>) => ImmutableSortedDictionary<
                string,
                string
            >.Empty,
            _ when type == typeof(NewSink) => new NewSink(SinkKind.Webhook, "siem", new("https://example.test/")),
            _ when type == typeof(SinkChange) => new SinkChange(),
            _ when type == typeof(JobToken) => new JobToken("none", 1),
            _ when type == typeof(UpdateApp) => new UpdateApp(true, null),
            _ when type == typeof(CreateRelease) => new CreateRelease { Environment = new("A=1") },
            _ when type == typeof(PromoteRelease) => new PromoteRelease("RAAAAAAAAAA", false, null),
            _ when type == typeof(ScaleOverride) => new ScaleOverride(1, null, null),
            _ when type == typeof(Deployment) => Deployment.None,
            _ when type == typeof(ScaleBasis) => new ScaleBasis("RAAAAAAAAAA", null),
            _ when type == typeof(RequestProcess) => new RequestProcess { Service = "web", Command = new("true") },
            _ when type == typeof(RolloutReport) => new RolloutReport.Succeeded("x"),
            _ when type == typeof(StartBuild) => new StartBuild { Source = "x" },
            _ when type == typeof(TimeSpan) => TimeSpan.Zero,
            _ when type == typeof(DeployKeySpec) => new DeployKeySpec { Name = "ci", Racks = Selector.AllowAll },
            _ when type == typeof(RegisterRack) => new RegisterRack("local", "staging", null),
            _ when type == typeof(SetRackParameters) => new SetRackParameters(
                ImmutableSortedDictionary<string, string>.Empty
            ),
            _ when type == typeof(RegisterUser) => new RegisterUser("no address", "x", new("short"), true),
            _ when type == typeof(IssueOperatorToken) => new IssueOperatorToken(
                new("wrong"),
                "x",
                TimeSpan.FromDays(1)
            ),
            _ when type == typeof(IssueCredential) => new IssueCredential("cli", "x", TimeSpan.FromDays(1)),
            _ => throw new InvalidOperationException($"{type} has no sample"),
        };
}
