using System.Reflection;
using Palisade.Bench;

if (args is [BareKestrel.Switch, var port, ..])
{
    await BareKestrel.RunAsync(port, args.ElementAtOrDefault(2), args.ElementAtOrDefault(3));
    return 0;
}

string? json = null;
var prefixes = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--json" && i + 1 < args.Length)
    {
        json = args[++i];
    }
    else if (args[i].StartsWith('-'))
    {
        Console.Error.WriteLine($"bench: there is no option '{args[i]}'");
        return 2;
    }
    else
    {
        prefixes.Add(args[i]);
    }
}

var benches = Assembly
    .GetExecutingAssembly()
    .GetTypes()
    .Where(t => t is { IsAbstract: false } && t.IsAssignableTo(typeof(IBench)))
    .Select(t => (IBench)Activator.CreateInstance(t)!)
    .Where(b => prefixes.Count == 0 || prefixes.Any(p => b.Name.StartsWith(p, StringComparison.Ordinal)))
    .OrderBy(b => b.Name, StringComparer.Ordinal)
    .ToArray();
if (benches.Length == 0)
{
    Console.Error.WriteLine(
        prefixes.Count == 0 ? "bench: there are none" : $"bench: no name starts with {string.Join(" or ", prefixes)}"
    );
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
var results = new List<BenchResult>();
var failures = 0;
Report.Head();
foreach (var bench in benches)
{
    try
    {
        var result = await bench.RunAsync(stop.Token);
        results.Add(result);
        Report.Show(result);
    }
    catch (Exception e) when (!stop.IsCancellationRequested)
    {
        // One that fails does not take the others' results along; the exit code tells.
        failures++;
        Console.Error.WriteLine($"{bench.Name}: {e}");
    }
    finally
    {
        if (bench is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}

if (json is not null)
{
    Report.Write(json, results);
}

return failures > 0 || results.Any(r => r.Met == false) ? 1 : 0;
