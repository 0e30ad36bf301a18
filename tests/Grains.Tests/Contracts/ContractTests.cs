using System.Reflection;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Contracts;

public sealed class ContractTests
{
    private static readonly Assembly Domain = typeof(AppRef).Assembly;

    [Fact]
    public void Grain_interfaces_keep_their_methods()
    {
        var lines = WireTypes.GrainInterfaces.OrderBy(t => t.Name, StringComparer.Ordinal).SelectMany(type => type.GetMethods()
            .OrderBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => $"{type.GetCustomAttribute<AliasAttribute>()?.Alias} {m.Name}({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))}): {Name(m.ReturnType)}"));

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Grains.snapshot.txt");
    }

    [Fact]
    public void Events_keep_their_names_versions_and_members()
    {
        var lines = EventCatalog.From(Domain).Events.Select(e => $"{e.Name} {e.Version}: {Members(e.Type)}");

        Snapshot.Matches(string.Join('\n', lines) + "\n", "Events.snapshot.txt");
    }

    private static string Members(Type type) => string.Join(", ", type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(p => p.CanWrite).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name} {Name(p.PropertyType)}"));

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
