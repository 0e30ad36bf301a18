using Orleans.Concurrency;
using Orleans.Runtime;

namespace Palisade.Runtime.Tests;

public sealed class CatalogTests
{
    [Fact]
    public void An_interface_without_a_class_is_named_at_start()
    {
        var error = Assert.Throws<OrleansConfigurationException>(() => new TestHost(typeof(Probe), typeof(ILonely)));

        Assert.Contains($"{typeof(ILonely).FullName} has no grain class", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_with_two_classes_is_named_at_start_with_both()
    {
        var error = Assert.Throws<OrleansConfigurationException>(() => new TestHost(typeof(First), typeof(Second)));

        Assert.Contains(typeof(IContested).FullName!, error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(First).FullName!, error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(Second).FullName!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shared_base_interface_may_have_several_classes_but_needs_a_prefix()
    {
        await using var host = new TestHost(typeof(Probe), typeof(ReentrantProbe));

        Assert.Throws<ArgumentException>(() => host.Get<IProbe>("k"));
        Assert.Equal("k", await host.Host.GetGrain<IProbe>("k", typeof(ReentrantProbe).FullName).Key());
    }

    [Theory]
    [InlineData(typeof(VoidGrain), "IVoid.Do returns Void")]
    [InlineData(typeof(PropertyGrain), "IProperty.Value is a property")]
    [InlineData(typeof(GenericGrain), "IGeneric.Do is generic")]
    [InlineData(typeof(StreamGrain), "IStream.All returns IAsyncEnumerable`1")]
    [InlineData(typeof(MisplacedGrain), "MisplacedGrain.Do has [ReadOnly]")]
    public void A_method_that_cannot_be_called_is_named_at_start(Type grainClass, string expected)
    {
        var error = Assert.Throws<OrleansConfigurationException>(() => new TestHost(grainClass));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task A_blank_key_is_refused(string key)
    {
        await using var host = new TestHost(typeof(Probe));

        Assert.Throws<ArgumentException>(() => host.Get<IProbe>(key));
    }

    internal interface ILonely : IGrainWithStringKey
    {
        Task Do();
    }

    internal interface IContested : IGrainWithStringKey
    {
        Task Do();
    }

    internal sealed class First : Grain, IContested
    {
        public Task Do() => Task.CompletedTask;
    }

    internal sealed class Second : Grain, IContested
    {
        public Task Do() => Task.CompletedTask;
    }

    internal interface IVoid : IGrainWithStringKey
    {
        void Do();
    }

    internal sealed class VoidGrain : Grain, IVoid
    {
        public void Do()
        {
        }
    }

    internal interface IProperty : IGrainWithStringKey
    {
        int Value { get; }
    }

    internal sealed class PropertyGrain : Grain, IProperty
    {
        public int Value => 1;
    }

    internal interface IGeneric : IGrainWithStringKey
    {
        Task Do<T>(T value);
    }

    internal sealed class GenericGrain : Grain, IGeneric
    {
        public Task Do<T>(T value) => Task.CompletedTask;
    }

    internal interface IStream : IGrainWithStringKey
    {
        IAsyncEnumerable<int> All();
    }

    internal sealed class StreamGrain : Grain, IStream
    {
        public async IAsyncEnumerable<int> All()
        {
            await Task.Yield();
            yield return 1;
        }
    }

    internal interface IMisplaced : IGrainWithStringKey
    {
        Task Do();
    }

    internal sealed class MisplacedGrain : Grain, IMisplaced
    {
        [ReadOnly]
        public Task Do() => Task.CompletedTask;
    }
}
