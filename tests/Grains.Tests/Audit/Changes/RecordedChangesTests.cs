using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Palisade.Domain.Access;
using Palisade.Grains.Tests.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Audit.Changes;

/// <summary>What was there before, in the record of everything that changes something.</summary>
public sealed class RecordedChangesTests
{
    /// <summary>A route to one of the handlers that only say that there is no such thing.</summary>
    private static readonly Regex Refusal = new(
        @"Unsupported\.Route\(|Missing\(|, (Off|MissingAsync|NoRegistryAsync|NoCertificateAsync|NoWorkflowAsync|ShellAsync)\)"
    );

    public static TheoryData<string> Slices { get; } = [.. ChangeCases.All.Keys];

    [Theory]
    [MemberData(nameof(Slices))]
    public async Task A_record_says_what_was_changed(string slice)
    {
        await using var acme = await Acme.StartAsync(pump: true, slice == "builds" ? PruneFacts.Two : []);
        var faults = new List<string?>();
        foreach (var one in ChangeCases.All[slice])
        {
            faults.Add(await one.RunAsync(acme));
        }

        var wrong = string.Join('\n', faults.OfType<string>());
        Assert.True(wrong.Length == 0, wrong);
        Assert.Empty(await WithoutChangesAsync(acme));
        await NoSecretAsync(acme);
    }

    [Fact]
    public void Every_operation_that_changes_something_has_a_case()
    {
        var cases = ChangeCases.All.Values.SelectMany(slice => slice).Select(one => one.Operation).ToHashSet();
        HashSet<Operation> others =
        [
            .. ChangeCases.ChangeNothing.Keys,
            .. ChangeCases.AtTheEdge,
            .. ChangeCases.NotYet,
        ];

        Assert.Empty(
            Operations
                .All.Where(operation => operation.Level == AccessLevel.Write)
                .Where(operation => !cases.Contains(operation) && !others.Contains(operation))
                .Select(operation => operation.Name)
        );
        Assert.Empty(cases.Intersect(others));
        Assert.Empty(ChangeCases.NotYet.Intersect(CarriedOut()));
    }

    /// <summary>
    /// The operations that grains carry out, or the front: what it routes elsewhere than to a refusal, or decides or
    /// records by itself.
    /// </summary>
    private static IEnumerable<Operation> CarriedOut([CallerFilePath] string here = "")
    {
        var root = Path.Combine(here[..here.IndexOf("/tests/", StringComparison.Ordinal)], "src");
        var statements = Statements("Grains", "*.cs")
            .Concat(Statements("Web", "*.cs").Where(statement => !Refusal.IsMatch(statement)))
            .Concat(Statements("Web", "*.razor"));
        var named = statements
            .SelectMany(statement => Regex.Matches(statement, @"(?<!OperationByContent\(.*)\bOperations\.(\w+)"))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        return typeof(Operations)
            .GetFields()
            .Where(field => named.Contains(field.Name))
            .Select(field => (Operation)field.GetValue(null)!);

        IEnumerable<string> Statements(string project, string files) =>
            Directory
                .EnumerateFiles(Path.Combine(root, project), files, SearchOption.AllDirectories)
                .SelectMany(file => File.ReadAllText(file).Split(';'));
    }

    /// <summary>Entries whose event changed something that they don't say.</summary>
    private static async Task<IEnumerable<string>> WithoutChangesAsync(Acme acme) =>
        (await EntriesAsync(acme))
            .Where(entry => entry.Event is not null && !ChangeCase.ChangesOf(entry).Any())
            // Tests make accounts without the product's help.
            .Where(entry => entry.Actor.Id != "root" || !entry.Operation.StartsWith("user.", StringComparison.Ordinal))
            .Select(entry => $"{entry.Stream} {entry.Seq} {entry.Operation} {entry.Event}");

    // S19, S30: neither in what is recorded nor in anything else that the store or the process writes.
    private static async Task NoSecretAsync(Acme acme)
    {
        Assert.NotEmpty(await EntriesAsync(acme));
        foreach (var log in await acme.Host.Store.Audit.LogsAsync())
        {
            while (await acme.Host.Store.Search.IndexAsync(log) > 0) { }
        }

        await acme.Host.CloseAsync();

        var folder = acme.Host.Folder;
        Assert.NotEmpty(Traces.InTables(folder, "\"changes\":"));
        Assert.Empty(Traces.InTables(folder, ChangeCases.Secret));
        Assert.Empty(Traces.InFiles(folder, ChangeCases.Secret));
        foreach (var value in ChangeCases.PersonalValues)
        {
            Assert.Empty(Traces.InTables(folder, value).Except(["ticket.name", "ticket.cidrs"]));
        }

        Assert.DoesNotContain(
            acme.Host.Log.Lines,
            line =>
                ChangeCases
                    .PersonalValues.Prepend(ChangeCases.Secret)
                    .Any(value => line.Contains(value, StringComparison.OrdinalIgnoreCase))
        );
    }

    private static async Task<List<StoredEntry>> EntriesAsync(Acme acme)
    {
        var entries = new List<StoredEntry>();
        foreach (var log in new[] { "acme", "newco", "" })
        {
            entries.AddRange(await acme.Host.Store.Journal.SearchAsync(new EntryFilter { Org = log, Limit = 1000 }));
        }

        return entries;
    }
}
