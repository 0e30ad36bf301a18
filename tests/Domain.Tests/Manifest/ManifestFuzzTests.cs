using System.Diagnostics;
using System.Globalization;
using System.Text;
using Palisade.Domain.Manifest;
using Xunit.Abstractions;

namespace Palisade.Domain.Tests.Manifest;

public sealed class ManifestFuzzTests(ITestOutputHelper output)
{
    private const string Canary = "zQxCanary91";
    private const int Cases = 20_000;

    private static readonly string[] Pieces =
    [
        "${S}",
        "${S}",
        "${S}",
        "\n    port: ${S}\n",
        "\n    ${S}\n",
        ": ",
        "\n",
        "- ",
        "  ",
        "*web",
        "&a ",
        "<<: ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "|",
        ">",
        "#",
        "!",
        "---\n",
        "...\n",
        "? ",
        "\t",
        "%",
        "null",
        "~",
        "-1",
        "0x",
        "\0",
        "\u0085",
        "\ud800",
        "é",
        "\\",
        "port: ",
        "scale: ",
        "${",
        "99999999999",
        ",",
        "@",
        "`",
        "!!binary ",
    ];

    // Values that change the structure of the document around them.
    private static readonly string[] Shapes =
    [
        "?",
        "?: 1",
        "port: ?",
        "[?",
        "?]",
        "{? : 1}",
        "&? ",
        "*?",
        "!? ",
        "'?",
        "\"?\"",
        "- ?",
        "a, ?",
        "a=?",
        "?=a",
        "?:?",
        "#?",
        "| ?",
        "../?",
        "%?",
        "?/udp",
        "1-?",
        "? ? ?",
        "'?': {port: ?}",
        "\\?",
        "a ?",
        "<<: ?",
        "?,?",
        "http:?",
        "\"\\x41?",
        "?.example.com",
    ];

    /// <summary>Set PALISADE_SEED to run one seed again.</summary>
    [Fact]
    public void Mutated_manifests_never_throw_hang_or_show_a_value()
    {
        var seed = int.TryParse(
            Environment.GetEnvironmentVariable("PALISADE_SEED"),
            CultureInfo.InvariantCulture,
            out var given
        )
            ? given
            : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var valid = Encoding.UTF8.GetBytes(ManifestTesting.Full);
        var slowest = TimeSpan.Zero;
        var accepted = 0;
        for (var i = 0; i < Cases; i++)
        {
            var text = Mutate(valid, random);
            var environment = new Dictionary<string, string>
            {
                ["S"] = Shapes[random.Next(Shapes.Length)].Replace("?", Canary, StringComparison.Ordinal),
                ["SHARED"] = "x",
                ["TWO"] = "",
            };
            var started = Stopwatch.GetTimestamp();
            try
            {
                var report = ManifestParser.ParseAll(text, environment);
                accepted += report.Manifest is null ? 0 : 1;
                foreach (var problem in report.Problems.Concat(report.Warnings))
                {
                    Check(!problem.Text.Contains(Canary, StringComparison.OrdinalIgnoreCase), problem.Text);
                    Check(!problem.Text.Any(c => char.IsControl(c) || c == '%'), problem.Text);
                    Check(problem.Line >= 1 && problem.Line <= text.Count(c => c is '\n' or '\r') + 1, problem.Text);
                    Check(problem.Column >= 1, problem.Text);
                }

                if (report.Manifest is { } manifest)
                {
                    foreach (var problem in ManifestSupport.Check(manifest, RackFeatures.None))
                    {
                        Check(!problem.Text.Contains(Canary, StringComparison.OrdinalIgnoreCase), problem.Text);
                    }
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, case {i}: {e}\n{text}");
            }

            var took = Stopwatch.GetElapsedTime(started);
            if (took > TimeSpan.FromSeconds(1))
            {
                // The machine may have been busy with something else: the text is slow only if it is slow again.
                started = Stopwatch.GetTimestamp();
                _ = ManifestParser.ParseAll(text, environment);
                took = Stopwatch.GetElapsedTime(started);
            }

            slowest = took > slowest ? took : slowest;

            void Check(bool holds, string problem) => Assert.True(holds, $"seed {seed}, case {i}: {problem}\n{text}");
        }

        output.WriteLine($"{accepted} of {Cases} accepted, slowest {slowest.TotalMilliseconds} ms");
        Assert.InRange(accepted, Cases / 100, Cases - 1);
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"seed {seed}: slowest {slowest}");
    }

    private static string Mutate(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 2:
                    var from = random.Next(bytes.Count);
                    bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(1, 80), bytes.Count - from)));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }

        return Encoding.UTF8.GetString([.. bytes]) + (random.Next(20) == 0 ? "\ud800" : "");
    }
}
