using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Palisade.Bench.Authz;

/// <summary><c>@casl/ability</c> in a node process of its own (casl.mjs), which measures when it is told to.</summary>
internal sealed class CaslPeer : IDisposable
{
    private readonly Process _node;

    private CaslPeer(Process node) => _node = node;

    /// <summary>
    /// Installs what package-lock.json says, runs no install script, and checks that all answers are right.
    /// </summary>
    public static async Task<CaslPeer> StartAsync(CancellationToken ct)
    {
        var folder = Path.GetDirectoryName(Workload.File)!;
        using (var install = Start("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund"))
        {
            await install.StandardOutput.ReadToEndAsync(ct);
            await install.WaitForExitAsync(ct);
            if (install.ExitCode != 0)
            {
                throw new InvalidOperationException($"npm ci ended with {install.ExitCode}");
            }
        }

        var peer = new CaslPeer(Start("node", folder, "casl.mjs", Workload.File));
        using var checkedAnswers = JsonDocument.Parse(await peer.ReadAsync(ct));
        return checkedAnswers.RootElement.GetProperty("wrong").GetInt32() == 0
            ? peer
            : throw new InvalidOperationException("casl decides otherwise");
    }

    /// <summary>Decisions per second.</summary>
    public async Task<double> PerSecondAsync(CancellationToken ct)
    {
        await _node.StandardInput.WriteLineAsync("round".AsMemory(), ct);
        await _node.StandardInput.FlushAsync(ct);
        return double.Parse(await ReadAsync(ct), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        if (!_node.WaitForExit(5000))
        {
            _node.Kill(entireProcessTree: true);
        }

        _node.Dispose();
    }

    private async Task<string> ReadAsync(CancellationToken ct) =>
        await _node.StandardOutput.ReadLineAsync(ct) ?? throw new InvalidOperationException("node ended");

    private static Process Start(string program, string folder, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
}
