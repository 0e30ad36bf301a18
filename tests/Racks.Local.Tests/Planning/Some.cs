using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Tests.Planning;

/// <summary>Plain desired things to vary.</summary>
internal static class Some
{
    public static DesiredHealth Health { get; } = new("/", 5, 4, 5);

    public static DesiredService Service(string name, string release) =>
        new()
        {
            Name = name,
            Release = release,
            Image = $"local/{name}:{release}",
            Environment = new(ImmutableSortedDictionary<string, string>.Empty),
            Health = Health,
            Port = 80,
            Count = 1,
            Cpu = 250,
            Memory = 512,
            SpecHash = $"{release}.0",
        };
}
