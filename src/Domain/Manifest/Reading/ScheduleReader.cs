using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads timers and their cron schedules.</summary>
internal static class ScheduleReader
{
    private static readonly (string Name, int Min, int Max)[] Fields =
    [
        ("minute", 0, 59),
        ("hour", 0, 23),
        ("day of month", 1, 31),
        ("month", 1, 12),
        ("day of week", 0, 7),
    ];

    private static readonly string[] Months =
    [
        "JAN",
        "FEB",
        "MAR",
        "APR",
        "MAY",
        "JUN",
        "JUL",
        "AUG",
        "SEP",
        "OCT",
        "NOV",
        "DEC",
    ];

    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    public static TimerSpec Timer(
        MapReader map,
        (string Name, string Path, YamlScalar Key, YamlItem Value) entry,
        AppManifest top
    )
    {
        ValueReader.Name(map, entry.Key, entry.Path, "timer");
        var child = RootReader.Entry(map, entry.Path, entry.Value);
        var service = child.Text("service") ?? "";
        if (top.Service(service) is null)
        {
            BalancerReader.RefuseService(child, entry.Key);
        }

        var concurrency = child.Text("concurrency")?.ToLowerInvariant();
        if (concurrency is not (null or "" or "allow" or "forbid" or "replace"))
        {
            child.Refuse(
                child.Map["concurrency"]!,
                child.PathOf("concurrency"),
                $"not a concurrency: {child.Show(child.Map["concurrency"]!)}",
                "use allow, forbid or replace"
            );
        }

        var spec = new TimerSpec
        {
            Name = entry.Name,
            Path = entry.Path,
            Schedule = Schedule(child, entry.Key),
            Command = ValueReader.Command(child, "command"),
            Service = service,
            Concurrency = string.IsNullOrEmpty(concurrency) ? null : concurrency,
            Annotations = ValueReader.Pairs(child, "annotations"),
        };
        child.Newer("parallelCount");
        child.Finish();
        return spec;
    }

    // Only the first five fields count and a lone ? is a *: schedules written for the six-field cron of AWS go on
    // working.
    private static string Schedule(MapReader child, YamlScalar timer)
    {
        const string form = "write five cron fields such as 0 3 * * 1-5";
        var text = child.Text("schedule") ?? "";
        var at = child.Map["schedule"] ?? timer;
        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Take(5)
            .Select(f => f == "?" ? "*" : f.ToUpperInvariant())
            .ToArray();
        if (fields.Length < 5)
        {
            child.Refuse(at, child.PathOf("schedule"), "the schedule has fewer than five fields", form);
            return "";
        }

        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Contains('?', StringComparison.Ordinal))
            {
                child.Refuse(at, child.PathOf("schedule"), "the schedule holds a ?", "write * for any value");
                return "";
            }

            if (!fields[i].Split(',').All(part => IsPart(part, i)))
            {
                child.Refuse(
                    at,
                    child.PathOf("schedule"),
                    $"not a {Fields[i].Name}: {child.Show(at, fields[i])}",
                    form
                );
                return "";
            }
        }

        return string.Join(' ', fields);
    }

    private static bool IsPart(string part, int field)
    {
        var step = part.Split('/');
        if (step.Length > 2 || (step.Length == 2 && !(IsNumber(step[1], out var every) && every is > 0 and < 1000)))
        {
            return false;
        }

        var ends = step[0].Split('-');
        return step[0] == "*" || (ends.Length <= 2 && ends.All(e => IsValue(e, field)));
    }

    private static bool IsValue(string text, int field) =>
        (field == 3 && Months.Contains(text))
        || (field == 4 && Days.Contains(text))
        || (IsNumber(text, out var number) && number >= Fields[field].Min && number <= Fields[field].Max);

    private static bool IsNumber(string text, out int number)
    {
        number = 0;
        return text.Length is > 0 and < 4
            && text.All(char.IsAsciiDigit)
            && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out number);
    }
}
