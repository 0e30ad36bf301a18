using Palisade.Web.Hosting;

namespace Palisade.Web.FirstRun;

/// <summary>What a start prints. S02: first-run secrets only to a terminal, else the path of their file.</summary>
internal static class Banner
{
    public static async Task PrintAsync(ServerOptions options)
    {
        var path = FirstRunFile.PathIn(options.DataDirectory);
        await System.Console.Out.WriteLineAsync(
            Text(options, path, FirstRunFile.Read(path), toTerminal: !System.Console.IsOutputRedirected)
        );
    }

    public static string Text(ServerOptions options, string path, FirstRunFile? first, bool toTerminal)
    {
        var ready = $"Palisade is ready: https://localhost:{options.HttpsPort}";
        if (first is null)
        {
            return ready;
        }

        var signIn = toTerminal
            ? $"Sign in as {first.Email} with password {first.Password} (it must be changed at once); the same is in {path}"
            : $"The first administrator's sign-in is in {path}";
        return $"""
            {ready}
            {signIn}
            Next, in another terminal:
              unset RACK_URL CONVOX_RACK; export CONVOX_CONFIG={Path.Combine(options.DataDirectory, "convox")}
              convox login localhost:{options.HttpsPort}     # the token is "cliToken" in {path}
              ./dev sample{(
                options.DataDirectory == Path.GetFullPath("data") ? "" : $" --data {options.DataDirectory}"
            )}
            or without any client:
              curl -k https://localhost:{options.HttpsPort}/healthz/ready
            """;
    }
}
