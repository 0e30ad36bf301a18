using Palisade.Web.Hosting;

namespace Palisade.Web.FirstRun;

/// <summary>What a start prints. S02: first-run secrets only to a terminal, else the path of their file.</summary>
internal static class Banner
{
    public static async Task PrintAsync(ServerOptions options)
    {
        var output = System.Console.Out;
        await output.WriteLineAsync($"Palisade is ready: https://localhost:{options.HttpsPort}");
        var path = FirstRunFile.PathIn(options.DataDirectory);
        if (FirstRunFile.Read(path) is not { } first)
        {
            return;
        }

        if (System.Console.IsOutputRedirected)
        {
            await output.WriteLineAsync($"The first administrator's sign-in is in {path}");
        }
        else
        {
            await output.WriteLineAsync(
                $"Sign in as {first.Email} with password {first.Password} (it must be changed at once); the same is in {path}"
            );
        }

        await output.WriteLineAsync(
            $"""
            Next, in another terminal:
              unset RACK_URL CONVOX_RACK; export CONVOX_CONFIG={Path.Combine(options.DataDirectory, "convox")}
              convox login localhost:{options.HttpsPort}     # the token is "cliToken" in {path}
              ./dev sample{(
                options.DataDirectory == Path.GetFullPath("data") ? "" : $" --data {options.DataDirectory}"
            )}
            or without any client:
              curl -k https://localhost:{options.HttpsPort}/healthz/ready
            """
        );
    }
}
