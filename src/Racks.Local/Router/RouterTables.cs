using System.Collections.Immutable;
using System.Globalization;

namespace Palisade.Racks.Local.Router;

/// <summary>Reads the tables that HAProxy answers with.</summary>
internal static class RouterTables
{
    // srv_admin_state bits of the management guide, "show servers state".
    private const int ForcedMaintenance = 0x01;
    private const int ForcedDrain = 0x08;

    /// <summary>A server as a worker has it.</summary>
    public sealed record Slot(string Backend, string Server, string Address, int Port, int Admin)
    {
        public bool TakesRequests => (Admin & (ForcedMaintenance | ForcedDrain)) == 0;

        public bool InMaintenance => (Admin & ForcedMaintenance) != 0;
    }

    /// <summary>The processes of <c>show proc</c>; <c>Failed</c> counts reloads that did not load.</summary>
    public sealed record Processes(int Master, int? Current, ImmutableArray<int> Old, int Failed)
    {
        public IEnumerable<int> All => Current is { } current ? Old.Prepend(current) : Old;
    }

    public static Processes ReadProcesses(string answer)
    {
        var (master, failed, old) = (0, 0, ImmutableArray.CreateBuilder<int>());
        int? current = null;
        var oldSection = false;
        foreach (var line in answer.Split('\n'))
        {
            if (line.StartsWith("# old workers", StringComparison.Ordinal))
            {
                oldSection = true;
                continue;
            }

            var cells = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (cells.Length < 3 || !int.TryParse(cells[0], CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            if (cells[1] == "master")
            {
                master = pid;
                var mark = line.IndexOf("failed:", StringComparison.Ordinal);
                _ =
                    mark >= 0
                    && int.TryParse(line[(mark + 7)..].Split(']')[0], CultureInfo.InvariantCulture, out failed);
            }
            else if (cells[1] == "worker" && oldSection)
            {
                old.Add(pid);
            }
            else if (cells[1] == "worker")
            {
                current = pid;
            }
        }

        return new Processes(master, current, old.ToImmutable(), failed);
    }

    public static string? Field(string info, string name) =>
        info.Split('\n')
            .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))
            ?[(name.Length + 2)..].Trim();

    /// <summary><c>show servers state</c>, with each line as it was.</summary>
    public static ImmutableArray<(Slot Slot, string Line)> ReadSlots(string answer)
    {
        var slots = ImmutableArray.CreateBuilder<(Slot, string)>();
        foreach (var line in answer.Split('\n'))
        {
            var cells = line.Split(' ');
            if (
                cells.Length > 18
                && char.IsAsciiDigit(line[0])
                && int.TryParse(cells[6], CultureInfo.InvariantCulture, out var admin)
                && int.TryParse(cells[18], CultureInfo.InvariantCulture, out var port)
            )
            {
                slots.Add((new Slot(cells[1], cells[3], cells[4], port, admin), line));
            }
        }

        return slots.ToImmutable();
    }

    /// <summary>The server rows of <c>show stat</c> as name → value.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> ReadStatistics(string answer)
    {
        string[]? header = null;
        foreach (var line in answer.Split('\n'))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                header = line[2..].Split(',');
            }
            else if (header is not null && line.Length > 0)
            {
                var cells = Csv(line);
                yield return header
                    .Zip(cells)
                    .Where(pair => pair.First.Length > 0)
                    .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
            }
        }
    }

    /// <summary><c>show map</c> as it would be written in the file, sorted.</summary>
    public static string ReadMap(string answer)
    {
        var lines = answer
            .Split('\n')
            .Where(line => line.StartsWith("0x", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim() + "\n");
        return string.Concat(lines.Order(StringComparer.Ordinal));
    }

    private static List<string> Csv(string line)
    {
        var cells = new List<string>();
        var cell = new System.Text.StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
