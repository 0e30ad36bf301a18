using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Bench.Authz;

/// <summary>
/// The workload in the product's own terms: a pair of type and action is an operation, a permission one policy per
/// action, a binding a member. What has a rack and an app is an application's; since the product asks for Racks:Read on
/// the rack as well, everybody holds that.
/// </summary>
internal sealed class WorkloadPolicy
{
    private const string RackReader = "rack-reader";

    private static readonly Dictionary<(string Type, string Action), Operation> Named = new()
    {
        [("App", "read")] = Operations.AppGet,
        [("App", "write")] = Operations.AppUpdate,
        [("Env", "read")] = Operations.AppEnvGet,
        [("Env", "write")] = Operations.AppEnvSet,
        [("Release", "read")] = Operations.ReleaseGet,
        [("Release", "write")] = Operations.ReleasePromote,
        [("Build", "read")] = Operations.BuildGet,
        [("Build", "write")] = Operations.BuildCreate,
        [("Log", "read")] = Operations.AppLogs,
        [("Log", "write")] = Operations.ObjectPut,
        [("Job", "read")] = Operations.ProcessList,
        [("Job", "write")] = Operations.ProcessStop,
        [("Rack", "read")] = Operations.RackLogs,
        [("Rack", "write")] = Operations.RackUpdate,
        [("Billing", "read")] = Operations.OrgGet,
        [("Billing", "write")] = Operations.OrgUpdate,
        [("Integration", "read")] = Operations.IntegrationList,
        [("Integration", "write")] = Operations.IntegrationUpdate,
        [("AuditLog", "read")] = Operations.AuditRead,
        [("AuditLog", "write")] = Operations.AuditSettings,
        [("User", "read")] = Operations.MemberList,
        [("User", "write")] = Operations.MemberAdd,
        [("DeployKey", "read")] = Operations.KeyList,
        [("DeployKey", "write")] = Operations.KeyCreate,
    };

    private readonly Workload _workload;
    private readonly ImmutableSortedDictionary<string, Role> _roles;

    public WorkloadPolicy(Workload workload)
    {
        _workload = workload;
        var reader = new Role
        {
            Id = RackReader,
            Name = RackReader,
            Policies = [Policy.Allow(ResourceType.Racks, Operations.RackGet.Name)],
        };
        _roles = workload
            .Roles.Select(RoleOf)
            .Append(reader)
            .ToImmutableSortedDictionary(role => role.Id, role => role);
    }

    public static Operation OperationOf(string type, string action) => Named[(type, action)];

    public static Resource ResourceOf(WorkloadResource resource) =>
        resource switch
        {
            { Rack: null } => Resource.Org,
            { App: null } => Resource.Rack(resource.Rack),
            _ => Resource.App(resource.Rack, resource.App),
        };

    /// <summary>Everybody holds the roles directly.</summary>
    public CompiledPolicy Direct() => State(binding => Member(binding, [.. binding.Roles, RackReader]), []).Compile();

    /// <summary>Everybody holds the first role directly and the others through groups, one for each role.</summary>
    public CompiledPolicy ThroughGroups() =>
        State(
                binding =>
                    Member(binding, [binding.Roles[0]]) with
                    {
                        Groups =
                        [
                            .. binding.Roles.Skip(1).Append(RackReader).Select(GroupOf).Order(StringComparer.Ordinal),
                        ],
                    },
                _roles.Keys.Select(id => new OrgGroup(GroupOf(id), $"Holders of {id}", Grants([id]), default))
            )
            .Compile();

    private OrgState State(Func<Binding, OrgMember> member, IEnumerable<OrgGroup> groups) =>
        new()
        {
            Name = _workload.Org,
            Version = 1,
            Roles = _roles,
            Members = _workload.Bindings.Select(member).ToImmutableSortedDictionary(m => m.UserId, m => m),
            Groups = groups.ToImmutableSortedDictionary(g => g.Id, g => g),
        };

    private static string GroupOf(string role) => $"group-{role}";

    private static OrgMember Member(Binding binding, ImmutableArray<string> roles) =>
        new(binding.User, Grants(roles), default);

    private static ImmutableArray<RoleGrant> Grants(ImmutableArray<string> roles) =>
        [.. roles.Select(role => new RoleGrant(role, Selector.AllowAll))];

    private static Role RoleOf(WorkloadRole role) =>
        new()
        {
            Id = role.Id,
            Name = role.Id,
            Policies =
            [
                .. role.Permissions.SelectMany(permission =>
                    permission.Actions.Select(action => PolicyOf(permission, action))
                ),
            ],
        };

    private static Policy PolicyOf(Permission permission, string action)
    {
        var operation = OperationOf(permission.Type, action);
        return operation.Type switch
        {
            ResourceType.Application => Policy.Allow(operation.Type, operation.Name, SelectorOf(permission.App)) with
            {
                Racks = SelectorOf(permission.Rack),
            },
            ResourceType.Racks => Policy.Allow(operation.Type, operation.Name, SelectorOf(permission.Rack)),
            _ => Policy.Allow(operation.Type, operation.Name),
        };
    }

    private static Selector SelectorOf(NameSelector selector) =>
        selector.Kind switch
        {
            "any" => Selector.AllowAll,
            "exact" => Selector.Name(selector.Value!),
            "list" => Selector.List([.. selector.Values]),

            // Ours match the whole name.
            "regex" => Selector.Regex(selector.Value!.TrimStart('^').TrimEnd('$')),
            _ => throw new InvalidOperationException($"a selector of kind {selector.Kind}"),
        };

    /// <summary>Problem of the workload in our terms, if there is one.</summary>
    public Problem? Check() =>
        _roles
            .Values.Select(role => RoleRules.Check(role.Name, role.Policies))
            .FirstOrDefault(problem => problem is not null);
}
