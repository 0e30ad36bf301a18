namespace Palisade.Racks;

/// <summary>What processes ask for of a machine together.</summary>
/// <param name="Memory">MiB.</param>
/// <param name="Cpu">Thousandths of a core.</param>
public readonly record struct MachineShare(long Memory, long Cpu)
{
    /// <summary>Of a service's processes.</summary>
    public static MachineShare Of(int count, int cpu, int memory) => new((long)count * memory, (long)count * cpu);

    public MachineShare Plus(MachineShare other) => new(Memory + other.Memory, Cpu + other.Cpu);

    /// <summary>The most of each.</summary>
    public MachineShare Or(MachineShare other) => new(Math.Max(Memory, other.Memory), Math.Max(Cpu, other.Cpu));
}
