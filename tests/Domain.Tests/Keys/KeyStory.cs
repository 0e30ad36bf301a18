using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Keys;

/// <summary>
/// The organization acme with ada (Administrator), dev (DeveloperV2 on staging), keeper (DeployKeys:Write and nothing
/// else) and one role of its own; and one deploy key to decide about.
/// </summary>
internal sealed class KeyStory
{
    public const string Id = "key-0123456789ab";

    /// <summary>Restarts services and refuses to run anything.</summary>
    public const string Calm = "role-calm";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Start;

    public DeployKeyState State { get; private set; } = new() { Id = Id };

    public KeyRegistry Registry { get; set; } = new();

    public OrgState Org { get; set; } =
        new()
        {
            Name = "acme",
            Roles = ImmutableSortedDictionary<string, Role>.Empty.Add(
                Calm,
                new Role
                {
                    Id = Calm,
                    Name = "calm",
                    Policies =
                    [
                        Policy.Allow(ResourceType.Application, Operations.ServiceRestart.Name),
                        Policy.Deny(ResourceType.Application, Operations.ProcessRun.Name),
                        Policy.Allow(ResourceType.Users, Policy.Write),
                    ],
                }
            ),
            Members = ImmutableSortedDictionary<string, OrgMember>
                .Empty.Add("ada", new("ada", [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)], Start))
                .Add("dev", new("dev", [new RoleGrant(BuiltInRoles.DeveloperV2.Id, Selector.Name("staging"))], Start))
                .Add("audi", new("audi", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], Start)),
        };

    public static DeployKeySpec Spec(Selector? racks = null) =>
        new() { Name = "ci", Racks = racks ?? Selector.Name("staging") };

    public DecideContext By(string user) =>
        new(
            Now,
            new Caller
            {
                Principal = new(PrincipalKind.User, user, user),
                SignIn = "test",
                Ip = "192.0.2.1",
                Client = "test",
                RequestId = "1",
                Org = "acme",
            },
            null!
        );

    public Result<Decision<DeployKeyEvent, Done>> Create(
        DeployKeySpec? spec = null,
        string by = "ada",
        string credential = "first"
    ) =>
        Adopt(
            DeployKeyDecisions.Create(State, Registry, Org, new NewDeployKey(Id, credential, spec ?? Spec()), By(by))
        );

    public Result<Decision<DeployKeyEvent, Done>> Update(DeployKeySpec spec, string by = "ada") =>
        Adopt(DeployKeyDecisions.Update(State, Registry, Org, spec, By(by)));

    public Result<Decision<DeployKeyEvent, Done>> Roll(TimeSpan overlap, string credential, string by = "ada") =>
        Adopt(DeployKeyDecisions.Roll(State, Org, credential, overlap, By(by)));

    public Result<Decision<DeployKeyEvent, Done>> Use() => Adopt(DeployKeyDecisions.Use(State));

    public Result<Decision<DeployKeyEvent, Done>> Report() => Adopt(DeployKeyDecisions.Report(State, By("ada")));

    public Result<Decision<DeployKeyEvent, Done>> Delete() => Adopt(DeployKeyDecisions.Delete(State));

    /// <summary>The operations that the key is allowed on an app, each explained alike.</summary>
    public IEnumerable<string> Allowed(string rack = "staging", string app = "web") =>
        Operations.All.Where(o => May(o, rack, app)).Select(o => o.Name);

    public bool May(Operation operation, string rack = "staging", string app = "web")
    {
        var caller = By("").Caller with { Principal = new(PrincipalKind.DeployKey, Id, "ci") };
        var decision = DeployKeyAccess
            .Compile(Org, State, new(7), Now)
            .Decide(caller, operation, Resource.App(rack, app));
        Assert.Equal(decision.Allowed, decision.Explain().Allowed);
        return decision.Allowed;
    }

    private Result<Decision<DeployKeyEvent, Done>> Adopt(Result<Decision<DeployKeyEvent, Done>> decided)
    {
        if (decided.Ok)
        {
            State = decided.Value.Events.Aggregate(State, DeployKeyState.Apply);
        }

        return decided;
    }
}
