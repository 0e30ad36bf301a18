using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Racks;
using Palisade.Silo.Hosting;
using Palisade.Storage;

namespace Palisade.Grains.Tests.Contracts;

/// <summary>
/// Orleans' generators pass over a missing <c>[GenerateSerializer]</c> or <c>[Id]</c> in silence, and in one process
/// nothing is serialized: without these, the first call between two servers would find it.
/// </summary>
public sealed class SerializationTests
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddSerializer()
        .Configure<ExceptionSerializationOptions>(WireExceptions.Allow)
        .BuildServiceProvider();

    public static TheoryData<string> Types => [.. WireTypes.All.Select(Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Whatever_crosses_a_grain_call_comes_out_of_Orleans_as_it_went_in(string type)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        foreach (var value in Filled.Values(WireTypes.All.Single(t => Name(t) == type)))
        {
            var back = serializer.Deserialize<object>(serializer.SerializeToArray<object>(value));

            Assert.Null(Filled.Difference(value, back));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Whatever_crosses_a_grain_call_inside_a_process_is_passed_and_not_copied(string type)
    {
        var copier = Services.GetRequiredService<DeepCopier>();
        foreach (var value in Filled.Values(WireTypes.All.Single(t => Name(t) == type)).Where(v => v is not Array))
        {
            Assert.Same(value, copier.Copy<object>(value));
        }
    }

    public static TheoryData<Type> Exceptions =>
        [
            .. new[]
            {
                typeof(IStore),
                typeof(RefusedArchiveException),
                typeof(AppGrain),
                typeof(IAppGrain),
                typeof(AppRef),
            }
                .SelectMany(type => type.Assembly.GetExportedTypes())
                .Where(type => type.IsSubclassOf(typeof(Exception)) && !type.IsAbstract),
        ];

    /// <summary>What a grain throws has to say the same at its caller.</summary>
    [Theory]
    [MemberData(nameof(Exceptions))]
    public void An_exception_that_leaves_a_grain_keeps_its_type_and_what_it_says(Type type)
    {
        var exception = (Exception)RuntimeHelpers.GetUninitializedObject(type);
        typeof(Exception)
            .GetField("_message", BindingFlags.Instance | BindingFlags.NonPublic)!
            .SetValue(exception, "what went wrong");
        var serializer = Services.GetRequiredService<Serializer>();

        var back = serializer.Deserialize<Exception>(serializer.SerializeToArray(exception));

        Assert.Equal((type, "what went wrong"), (back!.GetType(), back.Message));
    }

    [Fact]
    public void What_is_passed_and_not_copied_cannot_be_changed_by_either_side() =>
        Assert.DoesNotContain(
            WireTypes.All.Where(t => WireTypes.IsOurs(t) && !t.IsEnum).SelectMany(WireTypes.FieldsOf),
            field => !field.IsInitOnly
        );

    private static string Name(Type type) =>
        type.IsGenericType
            ? $"{type.FullName![..type.FullName!.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.FullName!;
}
