using System.Globalization;

namespace Palisade.Driver;

/// <summary>Whether a load was one that shows something.</summary>
public static class SteadyRate
{
    private const int PerSecond = 200;

    /// <summary>
    /// At least 200 requests a second; but where far more is wanted from the machine than it can do, figures per second
    /// say nothing about the product.
    /// </summary>
    public static bool IsMet(double perSecond) =>
        perSecond >= PerSecond
        || double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
            > 4 * Environment.ProcessorCount;
}
