using System.Diagnostics;

namespace Palisade.Domain.Tests.House;

/// <summary>The part of the dev script that can be shown without a server.</summary>
public sealed class DevScriptTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("sample")]
    [InlineData("test")]
    [InlineData("bench")]
    [InlineData("soak")]
    [InlineData("fmt")]
    [InlineData("clean")]
    public async Task Each_command_has_help(string command)
    {
        var (exit, output, _) = await RunAsync("dev", [command, "--help"]);

        Assert.Equal(0, exit);
        Assert.StartsWith($"usage: ./dev {command}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "--nonsense", "there is no option '--nonsense'")]
    [InlineData("run", "--https-port=5", "there is no option '--https-port=5'")]
    [InlineData("clean", "--all", "there is no option '--all'")]
    [InlineData("test", "--all", "there is no option '--all'")]
    [InlineData("soak", "--seed", "--seed needs a value")]
    [InlineData("nonsense", "", "there is no command 'nonsense'")]
    public async Task A_wrong_argument_is_named(string command, string argument, string message)
    {
        var (exit, _, error) = await RunAsync("dev", [command, argument]);

        Assert.Equal(2, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("x")]
    public async Task A_port_out_of_range_is_refused(string port)
    {
        var (exit, _, error) = await RunAsync("dev", ["run", "--https-port", port]);

        Assert.Equal(2, exit);
        Assert.Contains("--https-port must be a whole number from 1 to 65535", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_port_says_who_holds_it()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        var (exit, _, error) = await RunAsync(
            "dev",
            ["run", "--data", "/nonexistent/palisade", "--https-port", $"{port}"]
        );

        Assert.Equal(1, exit);
        Assert.Contains($"port {port} (--https-port) is in use by", error, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S33_without_anybody_to_ask_nothing_is_installed_with_sudo()
    {
        // A package that can't be there, and a shell that believes to be an ordinary user's.
        var script = $"""
            ROOT={WorkingCopy.Root}; source "$ROOT/eng/say.sh"; source "$ROOT/eng/packages.sh"
            apt-get() (echo "apt-get ran"); sudo() (echo "sudo ran")
            eval "$(declare -f ensure_packages | sed 's/EUID/PRETENDED_ID/g')"; PRETENDED_ID=1000
            ensure_packages 'no-such-package no-such-command'
            """;

        var (exit, output, error) = await RunAsync("/bin/bash", ["-c", script]);

        Assert.Equal(1, exit);
        Assert.Contains("no-such-package", error, StringComparison.Ordinal);
        Assert.Contains(
            "sudo apt-get install --no-install-recommends no-such-package",
            error,
            StringComparison.Ordinal
        );
        Assert.Empty(output);
    }

    [Fact]
    public async Task S33_secrets_of_test_servers_are_not_shown_by_dev_test()
    {
        var script = $"""ROOT={WorkingCopy.Root}; source "$ROOT/eng/test.sh"; redact""";
        const string Text = """
            "cliToken":"plt_abcdefghijklmnop", "password": "hunter2 "
            Authorization: Basic Y29udm94OnNlY3JldA==
            PublicKeyToken=b77a5c561934e089 stays
            """;

        var (_, output, _) = await RunAsync("/bin/bash", ["-c", script], Text);

        Assert.DoesNotContain("abcdefghijklmnop", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Y29udm94", output, StringComparison.Ordinal);
        Assert.Contains("PublicKeyToken=b77a5c561934e089 stays", output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(
        string program,
        string[] arguments,
        string input = ""
    )
    {
        var start = new ProcessStartInfo(program == "dev" ? Path.Combine(WorkingCopy.Root, "dev") : program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments.Where(a => a.Length > 0))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("CI");
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }
}
