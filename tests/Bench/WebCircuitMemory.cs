using Palisade.BrowserDriver;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// <c>web.circuit.memory</c>: what the server holds for a page that is open and idle, the overview of an app; of 40 of
/// them, over what it holds after as many were opened and closed.
/// </summary>
internal sealed class WebCircuitMemory : IBench
{
    private const int Pages = 40;
    private const string Password = "seven brown foxes dig quietly";

    public string Name => "web.circuit.memory";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await server.CreateAppAsync(WebScene.App, ct);
        await using var chromium = await Chromium.LaunchAsync(server.Process);
        var first = server.Process.FirstRun;
        await using var window = await chromium.OpenAsync();
        await window.SignInAsync(first.Email, first.Password);
        await window.ChangePasswordAsync(first.Password, Password);
        await window.ArriveAsync("**/o/**");
        var path = $"/o/{first.Organization}/apps/{first.Rack}/{WebScene.App}";

        // What the first pages warm up is not what a page costs.
        await OpenAsync(window, path, ct);
        await CloseAsync(window);
        var before = await ResidentMemory.SettledAsync(server.Process.ProcessId, ct);
        await OpenAsync(window, path, ct);
        var after = await ResidentMemory.SettledAsync(server.Process.ProcessId, ct);
        return BenchResult.Of(Name, (after - before) / Pages, "MiB");
    }

    private static async Task OpenAsync(Window window, string path, CancellationToken ct)
    {
        for (var i = 0; i < Pages; i++)
        {
            ct.ThrowIfCancellationRequested();
            var page = await window.Context.NewPageAsync();
            await page.GotoAsync(path);
            await Poll.UntilAsync(
                async () => await page.Locator("[data-live=true]").CountAsync() > 0,
                TimeSpan.FromSeconds(30),
                "a live page",
                ct: ct
            );
        }
    }

    private static async Task CloseAsync(Window window)
    {
        foreach (var page in window.Context.Pages.Where(page => page != window.Page).ToList())
        {
            await page.CloseAsync();
        }
    }
}
