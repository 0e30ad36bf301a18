using System.Reflection;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Tests.Access;

public sealed class ContractTests
{
    private static readonly string[] Slices =
    [
        "Palisade.Domain.Access",
        "Palisade.Domain.Keys",
        "Palisade.Domain.Orgs",
        "Palisade.Domain.Users",
    ];

    private static IEnumerable<Type> Types =>
        typeof(Operations).Assembly.GetExportedTypes().Where(t => Slices.Contains(t.Namespace));

    [Fact]
    public void Events_keep_their_names_versions_and_members()
    {
        var lines = Types
            .Where(t => t.IsAssignableTo(typeof(IDomainEvent)) && !t.IsAbstract)
            .Select(t =>
                (
                    Type: t,
                    Event: t.GetCustomAttribute<EventAttribute>()
                        ?? throw new InvalidOperationException($"{t.Name} has no name")
                )
            )
            .OrderBy(x => x.Event.Name, StringComparer.Ordinal)
            .Select(x => $"{x.Event.Name} {x.Event.Version}: {Members(x.Type)}");

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Events.snapshot.txt");
    }

    [Fact]
    public void Contracts_keep_their_aliases_and_ids()
    {
        var lines = Types
            .Where(t => t.GetCustomAttribute<AliasAttribute>() is not null)
            .OrderBy(t => t.GetCustomAttribute<AliasAttribute>()!.Alias, StringComparer.Ordinal)
            .Select(t => $"{t.GetCustomAttribute<AliasAttribute>()!.Alias}: {Members(t)}");

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Contracts.snapshot.txt");
    }

    [Fact]
    public void Ids_of_a_contract_are_used_once() =>
        Assert.All(
            Types,
            type =>
            {
                var ids = Ids(type).Select(x => x.Id).ToList();
                Assert.Equal(ids.Count, ids.Distinct().Count());
            }
        );

    [Fact]
    public void Every_property_of_a_contract_that_is_set_has_an_id() =>
        Assert.All(
            Types
                .Where(t => t.GetCustomAttribute<AliasAttribute>() is not null)
                .SelectMany(t =>
                    t.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                )
                .Where(p => p.CanWrite),
            p => Assert.True(p.GetCustomAttribute<IdAttribute>() is not null, $"{p.DeclaringType!.Name}.{p.Name}")
        );

    private static string Members(Type type) =>
        string.Join(", ", Ids(type).OrderBy(x => x.Id).Select(x => $"{x.Id} {x.Name} {x.Type}"));

    private static IEnumerable<(uint Id, string Name, string Type)> Ids(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(p => p.GetCustomAttribute<IdAttribute>() is not null)
            .Select(p => (p.GetCustomAttribute<IdAttribute>()!.Id, p.Name, Name(p.PropertyType)));

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
