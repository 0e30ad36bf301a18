using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Tests.Access;

/// <summary>Draws roles and resources over a small world, so that names, patterns and refusals meet often.</summary>
internal sealed class RandomPolicies(int seed)
{
    private static readonly string[] Racks = ["staging", "prod", "prod-eu"];
    private static readonly string[] Apps = ["web", "api", "web-admin"];
    private static readonly string[] RackPatterns = ["prod.*", "staging|prod", "[a-z]+", ".*-eu", "qa-.*"];
    private static readonly string[] AppPatterns =
    [
        "web.*",
        "api",
        ".*",
        "(?:web|api)",
        "prod[a-z-]*/web[a-z-]*",
        "staging/(?:api|web)",
        "x{2,3}",
    ];
    private static readonly string[] ItemPatterns = ["web.*", "api", ".*", "(?:web|api)", "x{2,3}"];
    private static readonly ResourceType[] Types =
    [
        ResourceType.Application,
        ResourceType.Application,
        ResourceType.Application,
        ResourceType.Racks,
        ResourceType.Racks,
        ResourceType.AllResources,
        ResourceType.AllResources,
        ResourceType.Jobs,
        ResourceType.Roles,
        ResourceType.Users,
        ResourceType.Billing,
        ResourceType.OrganizationSettings,
        ResourceType.Dashboard,
        ResourceType.Workflows,
        ResourceType.Integrations,
        ResourceType.DeployKeys,
        ResourceType.DeployKeys,
    ];

    private readonly Random _random = new(seed);

    public ImmutableArray<HeldRole> Held() =>
        [
            .. Enumerable
                .Range(0, _random.Next(1, 4))
                .Select(i => new HeldRole(Role(i), RackSelector(allow: 0.7))
                {
                    Apps = _random.Next(5) == 0 ? AppSelector() : null,
                }),
        ];

    public Operation Operation() => Pick(Operations.All);

    public Resource Resource() =>
        _random.Next(11) switch
        {
            0 => Domain.Access.Resource.Org,
            10 => Domain.Access.Resource.Item(Pick(Apps), _random.Next(3) == 0 ? Pick(Racks) : null),
            1 or 2 => Domain.Access.Resource.Rack(Pick(Racks)),
            3 => Domain.Access.Resource.App(Pick(Racks), "other"),
            _ => Domain.Access.Resource.App(Pick(Racks), Pick(Apps)),
        };

    public Role Role(int i) =>
        _random.Next(6) == 0
            ? Pick(BuiltInRoles.All)
            : new Role
            {
                Id = $"role-{i}",
                Name = $"r{i}",
                Policies = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => Policy())],
            };

    public Policy Policy()
    {
        var type = Pick(Types);
        var policy = new Policy
        {
            Type = type,
            Selector = SelectorFor(type),
            Action = Action(type),
        };
        if (type == ResourceType.Application && _random.Next(4) == 0)
        {
            policy = policy with { Racks = RackSelector(allow: 0.1) };
        }

        return !policy.IsDeny && policy.Action is "Read" or "Write" && _random.Next(4) == 0
            ? policy with
            {
                Without = [Named(type)],
            }
            : policy;
    }

    private string Action(ResourceType type) =>
        _random.Next(5) switch
        {
            0 or 1 => "Read",
            2 or 3 => "Write",
            _ => Named(type),
        };

    private string Named(ResourceType type) =>
        Pick([
            .. Operations.All.Where(o =>
                o.Type != ResourceType.None && !o.AdminOnly && (type == ResourceType.AllResources || o.Type == type)
            ),
        ]).Name;

    private Selector SelectorFor(ResourceType type) =>
        type switch
        {
            _ when _random.Next(6) == 0 => Selector.DenyAll,
            ResourceType.Racks => RackSelector(allow: 0.3),
            ResourceType.Application or ResourceType.Jobs => AppSelector(),
            ResourceType.Workflows or ResourceType.Integrations or ResourceType.DeployKeys => ItemSelector(),
            _ => Selector.AllowAll,
        };

    private Selector AppSelector() =>
        _random.Next(5) switch
        {
            0 => Selector.Name(Pick(Apps)),
            1 => Selector.List(Pick(Apps), $"{Pick(Racks)}/{Pick(Apps)}"),
            2 => Selector.Regex(Pick(AppPatterns)),
            3 => Selector.Name($"{Pick(Racks)}/{Pick(Apps)}"),
            _ => Selector.AllowAll,
        };

    private Selector ItemSelector() =>
        _random.Next(4) switch
        {
            0 => Selector.Name(Pick(Apps)),
            1 => Selector.List(Pick(Apps), Pick(Apps)),
            2 => Selector.Regex(Pick(ItemPatterns)),
            _ => Selector.AllowAll,
        };

    private Selector RackSelector(double allow) =>
        _random.NextDouble() < allow
            ? Selector.AllowAll
            : _random.Next(3) switch
            {
                0 => Selector.Name(Pick(Racks)),
                1 => Selector.List(Pick(Racks), Pick(Racks)),
                _ => Selector.Regex(Pick(RackPatterns)),
            };

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
