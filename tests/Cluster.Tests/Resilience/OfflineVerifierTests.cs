using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Driver;
using Palisade.Storage.Audit;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>
/// <c>palisade audit verify</c> as whoever got a bundle runs it: the built command, on what a real server exported over
/// HTTP, with the key and a checkpoint that were kept, and nothing else.
/// </summary>
[Collection(ResilienceGroup.Name)]
public sealed class OfflineVerifierTests : IDisposable
{
    // sysexits.h: EX_DATAERR.
    private const int DataError = 65;

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-verify-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S31_The_built_command_passes_an_exported_log_and_finds_whatever_was_done_to_it()
    {
        await using var server = await ServerProcess.StartAsync();
        using var http = ClientOf(server);
        var audit = $"/api/v1/orgs/{server.FirstRun.Organization}/audit";
        var kept = await GetAsync(http, $"{audit}/checkpoint");
        var key = Json(await GetAsync(http, $"{audit}/keys")).GetProperty("current").GetString()!;
        await ActAsync(http, audit);
        var bundle = (await GetAsync(http, $"{audit}/export")).Split('\n')[..^1];

        var (code, said) = Verify(bundle, key, kept);
        Assert.True(code == 0, said);
        Assert.Contains("VERIFIED", said, StringComparison.Ordinal);

        foreach (var (what, lines) in Tampered(bundle, server.FirstRun.Organization))
        {
            (code, said) = Verify(lines, key, kept);
            Assert.True(code == DataError, $"{what}: exit {code}: {said}");
            Assert.Contains("NOT VERIFIED", said, StringComparison.Ordinal);
            Assert.Contains("FAULT", said, StringComparison.Ordinal);
        }

        // Without key and checkpoint it says what it can't rule out.
        (code, said) = Verify(bundle, null, null);
        Assert.Equal(0, code);
        Assert.Contains("--key", said, StringComparison.Ordinal);
        Assert.Contains("--since", said, StringComparison.Ordinal);
        Signed(kept, key);
    }

    [Fact]
    public async Task S31_Two_histories_of_one_installation_are_found_by_a_checkpoint_of_either()
    {
        await using var server = await ServerProcess.StartAsync();
        var audit = $"/api/v1/orgs/{server.FirstRun.Organization}/audit";
        await server.StopAsync();
        var copied = Path.Combine(_folder, "copy");
        CopyAll(server.Data, copied);

        // The same keys, another history.
        await server.StartAgainAsync();
        using var http = ClientOf(server);
        await ActAsync(http, audit);
        var kept = await GetAsync(http, $"{audit}/checkpoint");
        var key = Json(await GetAsync(http, $"{audit}/keys")).GetProperty("current").GetString()!;
        await server.StopAsync();
        await using var other = await ServerProcess.StartAsync(new() { Data = copied });
        using var elsewhere = ClientOf(other);
        for (var i = 0; i < 3; i++)
        {
            await ActAsync(elsewhere, audit);
        }

        var bundle = (await GetAsync(elsewhere, $"{audit}/export")).Split('\n')[..^1];

        var (code, said) = Verify(bundle, key, kept);
        Assert.True(code == DataError, said);
        Assert.Contains("fork", said, StringComparison.Ordinal);
        Assert.Equal(0, Verify(bundle, key, null).Code);
    }

    [Fact]
    public async Task S06_S31_A_backup_that_was_restored_is_told_as_a_declared_fork()
    {
        await using var server = await ServerProcess.StartAsync();
        var (audit, restored) = ($"/api/v1/orgs/{server.FirstRun.Organization}/audit", InFolder("restored"));
        using var http = ClientOf(server);
        var shared = await GetAsync(http, $"{audit}/checkpoint");
        await server.StopAsync();
        Palisade("admin", "backup", InFolder("backup"), "--data", server.Data);
        await server.StartAgainAsync();
        await ActAsync(http, audit);
        var kept = await GetAsync(http, $"{audit}/checkpoint");
        var key = Json(await GetAsync(http, $"{audit}/keys")).GetProperty("current").GetString()!;
        await server.StopAsync();
        CopyAll(Path.Combine(server.Data, "keys"), Path.Combine(restored, "keys"));
        Palisade("admin", "restore", InFolder("backup"), "--data", restored, "--keep-credentials");
        await using var other = await ServerProcess.StartAsync(new() { Data = restored });
        using var elsewhere = ClientOf(other, server.FirstRun.CliToken);
        await ActAsync(elsewhere, audit);

        var bundle = (await GetAsync(elsewhere, $"{audit}/export")).Split('\n')[..^1];

        var (code, said) = Verify(bundle, key, kept);
        Assert.True(code == DataError, said);
        Assert.Contains("FAULT fork: record ", said, StringComparison.Ordinal);
        Assert.Contains($" UTC {Environment.UserName} restored the backup ", said, StringComparison.Ordinal);
        (code, said) = Verify(bundle, key, shared);
        Assert.True(code == 0, said);
        Assert.Contains("Note: There is a declared fork at record ", said, StringComparison.Ordinal);
    }

    private static IEnumerable<(string What, string[] Lines)> Tampered(string[] bundle, string org)
    {
        var middle = bundle.Length / 2;
        yield return ("an edit", [.. bundle[..middle], Flipped(bundle[middle]), .. bundle[(middle + 1)..]]);
        yield return ("a dropped record", [.. bundle[..middle], .. bundle[(middle + 1)..]]);
        yield return (
            "two records swapped",
            [.. bundle[..middle], bundle[middle + 1], bundle[middle], .. bundle[(middle + 2)..]]
        );
        yield return ("a record inserted twice", [.. bundle[..middle], bundle[middle], .. bundle[middle..]]);
        yield return ("an end that was cut off", bundle[..^2]);
        yield return ("an end that was cut off and closed", [.. bundle[..^2], bundle[^1]]);
        yield return ("another key", SignedAgain(bundle));
        yield return (
            "a header of another log",
            [bundle[0].Replace($"\"org\":\"{org}\"", "\"org\":\"other\"", StringComparison.Ordinal), .. bundle[1..]]
        );
    }

    private static string Flipped(string line)
    {
        var at = line.IndexOf("\"operation\":\"", StringComparison.Ordinal) + "\"operation\":\"".Length;
        return line[..at] + (char)(line[at] ^ 1) + line[(at + 1)..];
    }

    /// <summary>The whole log once more, with a history of keys that begins with somebody else's.</summary>
    private static string[] SignedAgain(string[] bundle)
    {
        Assert.True(BundleHeader.TryParse(Encoding.UTF8.GetBytes(bundle[0]), out var header));
        Assert.True(Checkpoint.TryParse(header.Checkpoint.Text, out var checkpoint));
        using var signer = NoteSigner.Create(checkpoint.Origin);
        var forged = header with
        {
            Checkpoint = new(header.Checkpoint.Text, [signer.Sign(header.Checkpoint.Text)]),
            Keys = new([new(signer.Key, null)]),
        };
        return [Encoding.UTF8.GetString(forged.ToLine()), .. bundle[1..]];
    }

    /// <summary>As the guide has it: the signature alone, with openssl and without our tools.</summary>
    private void Signed(string note, string key)
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guides", "audit.md"));
        var line = Assert.Single(guide.Split('`'), part => part.StartsWith("openssl dgst ", StringComparison.Ordinal));
        var text = note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)];
        var signature = Convert.FromBase64String(note.TrimEnd('\n').Split(' ')[^1])[4..];
        var spki = Convert.FromBase64String(key.Split('+', 3)[2])[1..];
        File.WriteAllText(InFolder("text.txt"), text);
        File.WriteAllBytes(InFolder("signature.der"), signature);
        File.WriteAllText(
            InFolder("key.pem"),
            new string(System.Security.Cryptography.PemEncoding.Write("PUBLIC KEY", spki))
        );

        var (code, said) = Run("/bin/sh", "-c", line);
        Assert.True(code == 0 && said.Contains("Verified OK", StringComparison.Ordinal), $"{line}: {code} {said}");

        File.WriteAllText(InFolder("text.txt"), text + "0\n");
        Assert.NotEqual(0, Run("/bin/sh", "-c", line).Code);
    }

    private (int Code, string Said) Verify(IEnumerable<string> bundle, string? key, string? since)
    {
        File.WriteAllText(InFolder("bundle.jsonl"), string.Concat(bundle.Select(line => line + "\n")));
        var arguments = ImmutableArray.Create("audit", "verify", InFolder("bundle.jsonl"));
        if (key is not null)
        {
            arguments = arguments.AddRange("--key", key);
        }

        if (since is not null)
        {
            File.WriteAllText(InFolder("since.txt"), since);
            arguments = arguments.AddRange("--since", InFolder("since.txt"));
        }

        return Run("dotnet", ["exec", Command, .. arguments]);
    }

    private void Palisade(params string[] arguments)
    {
        var (code, said) = Run("dotnet", ["exec", Command, .. arguments]);
        Assert.True(code == 0, said);
    }

    private (int Code, string Said) Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + error.GetAwaiter().GetResult());
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    private static string Command =>
        Path.Combine(Repository.Root, "src", "Cli", "bin", Repository.Configuration, "net10.0", "palisade.dll");

    private static HttpClient ClientOf(ServerProcess server, string? token = null)
    {
        var http = server.NewHttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            token ?? server.FirstRun.CliToken
        );
        return http;
    }

    private static Task<string> GetAsync(HttpClient http, string path) =>
        http.GetStringAsync(new Uri(path, UriKind.Relative));

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    /// <summary>Something that is recorded, and waits until a checkpoint covers it.</summary>
    private static async Task ActAsync(HttpClient http, string audit)
    {
        var before = await GetAsync(http, $"{audit}/checkpoint");
        await GetAsync(http, $"{audit}/export?q=op:nothing");
        await Poll.UntilAsync(
            async () => await GetAsync(http, $"{audit}/checkpoint") != before,
            TimeSpan.FromSeconds(30),
            "a newer checkpoint"
        );
    }

    /// <summary>What a server leaves behind; sockets and the engine's files are the rack's and stay.</summary>
    private static void CopyAll(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from).Where(f => Path.GetFileName(f) != "racks"))
        {
            CopyAll(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
