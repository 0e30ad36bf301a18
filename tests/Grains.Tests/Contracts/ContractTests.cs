using System.Globalization;
using System.Reflection;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Contracts;

public sealed class ContractTests
{
    private static readonly Assembly Domain = typeof(AppRef).Assembly;

    [Fact]
    public void Every_grain_interface_and_wire_type_has_a_name_of_its_own_that_outlives_a_rename()
    {
        var types = WireTypes
            .All.Where(WireTypes.IsOurs)
            .Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t)
            .Concat(WireTypes.GrainInterfaces)
            .Distinct()
            .ToArray();

        Assert.DoesNotContain(types, t => t.GetCustomAttribute<AliasAttribute>(inherit: false) is null);
        Assert.Equal(
            types.Length,
            types.Select(t => t.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias).Distinct().Count()
        );
    }

    [Fact]
    public void Every_grain_method_gives_a_result_and_can_be_cancelled() =>
        Assert.All(
            WireTypes.GrainInterfaces.SelectMany(t => t.GetMethods()),
            method =>
            {
                Assert.Equal(
                    typeof(Result<>),
                    method.ReturnType.GetGenericArguments().SingleOrDefault()?.GetGenericTypeDefinition()
                );
                Assert.Equal(typeof(CancellationToken), method.GetParameters()[^1].ParameterType);
            }
        );

    [Fact]
    public void Grain_interfaces_keep_their_methods()
    {
        var lines = WireTypes
            .GrainInterfaces.OrderBy(t => t.Name, StringComparer.Ordinal)
            .SelectMany(type =>
                type.GetMethods()
                    .OrderBy(m => m.Name, StringComparer.Ordinal)
                    .Select(m =>
                        $"{type.GetCustomAttribute<AliasAttribute>()?.Alias} {m.Name}("
                        + $"{string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))}): {Name(m.ReturnType)}"
                    )
            );

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Grains.snapshot.txt");
    }

    [Fact]
    public void Wire_types_keep_their_names_and_their_members_their_numbers()
    {
        var lines = WireTypes
            .All.Where(WireTypes.IsOurs)
            .Select(t => t.IsGenericType ? t.GetGenericTypeDefinition() : t)
            .Distinct()
            .Select(type =>
                $"{type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias}: {(type.IsEnum ? EnumMembers(type) : Numbered(type))}"
            )
            .Order(StringComparer.Ordinal);

        Snapshot.Matches(string.Join('\n', lines) + "\n", "WireTypes.snapshot.txt");
    }

    [Fact]
    public void Events_keep_their_names_versions_and_members()
    {
        var lines = EventCatalog.From(Domain).Events.Select(e => $"{e.Name} {e.Version}: {Members(e.Type)}");

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Events.snapshot.txt");
    }

    private static string EnumMembers(Type type) =>
        string.Join(
            ", ",
            Enum.GetValues(type).Cast<object>().Select(value => $"{Convert.ToInt64(value, null)} {value}")
        );

    // What is positional has no number of its own: its place is one.
    private static string Numbered(Type type) =>
        string.Join(
            ", ",
            WireTypes
                .FieldsOf(type)
                .Select((field, place) => (Field: field, Place: place, Member: MemberOf(field)))
                .OrderBy(member => NumberOf(member.Member) ?? (uint)member.Place)
                .Select(member =>
                    $"{NumberOf(member.Member)?.ToString(CultureInfo.InvariantCulture) ?? "-"} {member.Member.Name} {Name(member.Field.FieldType)}"
                )
        );

    private static uint? NumberOf(MemberInfo member) => member.GetCustomAttribute<IdAttribute>()?.Id;

    private static MemberInfo MemberOf(FieldInfo field) =>
        field.Name.StartsWith('<')
        && field.DeclaringType!.GetProperty(
            field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)],
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
        )
            is { } property
            ? property
            : field;

    private static string Members(Type type) =>
        string.Join(
            ", ",
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(p => p.CanWrite)
                .OrderBy(p => p.Name, StringComparer.Ordinal)
                .Select(p => $"{p.Name} {Name(p.PropertyType)}")
        );

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
}
