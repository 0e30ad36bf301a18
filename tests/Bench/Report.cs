using System.Globalization;
using System.Text.Json;

namespace Palisade.Bench;

/// <summary>Shows results to people and programs.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        // The file is read by programs and people, never put into a page.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Head() => Line("name", "value", "unit", "reference", "ratio", "goal", "met");

    public static void Show(BenchResult r) =>
        Line(
            r.Name,
            Number(r.Value),
            r.Unit,
            Number(r.Reference),
            r.Ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-",
            r.Goal ?? "-",
            r.Met switch
            {
                null => "-",
                true => "yes",
                false => "NO",
            }
        );

    public static void Write(string file, IReadOnlyList<BenchResult> results) =>
        File.WriteAllText(file, JsonSerializer.Serialize(results, Json) + "\n");

    private static void Line(
        string name,
        string value,
        string unit,
        string reference,
        string ratio,
        string goal,
        string met
    ) => Console.WriteLine($"{name, -24} {value, 14} {unit, -8} {reference, 14} {ratio, 7}  {goal, -26} {met}");

    private static string Number(double? value) =>
        value is { } v ? v.ToString(Math.Abs(v) >= 100 ? "#,##0" : "0.###", CultureInfo.InvariantCulture) : "-";
}
