namespace Palisade.Web.Components.Apps.Detail;

/// <summary>How many processes a service has, and what each is promised.</summary>
/// <param name="Count">Processes.</param>
/// <param name="Cpu">Of each, in thousandths of a core.</param>
/// <param name="Memory">Of each, in MiB.</param>
public readonly record struct ServiceSize(int Count, int Cpu, int Memory)
{
    public long AllCpu => (long)Count * Cpu;

    public long AllMemory => (long)Count * Memory;
}
