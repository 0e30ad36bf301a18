using System.Text.Json;
using System.Text.RegularExpressions;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Audit.Changes;

/// <summary>What is done, and exactly what its records say that it changed.</summary>
/// <param name="There">Makes what was there; what it gives is what is done.</param>
/// <param name="Expected">Each change on a line, in order; <c>*</c> stands for what no test can know, as ids.</param>
internal sealed record ChangeCase(Operation Operation, Func<Acme, Task<Func<Task>>> There, params string[] Expected)
{
    /// <summary>The logs that it is recorded in: the organization's and the installation's, or others.</summary>
    public string[] Logs { get; init; } = ["acme", ""];

    /// <summary>What was not as expected; null when all was.</summary>
    public async Task<string?> RunAsync(Acme acme)
    {
        var act = await There(acme);
        var before = (await EntriesAsync(acme)).Select(entry => (entry.Stream, entry.Seq)).ToHashSet();
        await act();
        var entries = (await EntriesAsync(acme)).Where(entry => !before.Contains((entry.Stream, entry.Seq))).ToList();
        var changes = entries.SelectMany(ChangesOf).ToList();
        return changes.Count == Expected.Length && changes.Zip(Expected).All(pair => Matches(pair.First, pair.Second))
            ? null
            : $"{Operation.Name} was to say\n  {string.Join("\n  ", Expected)}\nand said\n  {string.Join("\n  ", changes)}\n"
                + string.Concat(entries.Select(entry => $"  ({entry.Stream} {entry.Result})\n"));
    }

    public static IEnumerable<string> ChangesOf(StoredEntry entry)
    {
        using var body = JsonDocument.Parse(entry.Body);
        return ChangeJson.Read(body.RootElement).Items.Select(change => change.ToString());
    }

    private async Task<IEnumerable<StoredEntry>> EntriesAsync(Acme acme)
    {
        var entries = new List<StoredEntry>();
        foreach (var log in Logs)
        {
            var found = await acme.Host.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = log,
                    Operation = Operation.Name,
                    Limit = 1000,
                }
            );
            entries.AddRange(found.Reverse());
        }

        return entries;
    }

    private static bool Matches(string change, string expected) =>
        Regex.IsMatch(change, $"^{Regex.Escape(expected).Replace(@"\*", ".+", StringComparison.Ordinal)}$");
}
