using System.Globalization;

namespace Palisade.Domain.Tests;

/// <summary>Seeds of random tests: fresh by default, given back through an environment variable.</summary>
internal static class TestSeed
{
    public static int Of(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.Integer,
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : Random.Shared.Next();
}
