using System.Diagnostics;

namespace Palisade.Bench;

/// <summary>Asks an address until it answers what is waited for.</summary>
internal static class FirstAnswer
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="host">The Host header; null sends the address.</param>
    public static async Task WaitAsync(HttpClient http, Uri address, string? host, string version, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (
            await AskAsync(http, address, host, ct) is var (status, answer)
            && (status != 200 || answer.Trim() != version)
        )
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new TimeoutException(
                    $"{host ?? address.Host} did not answer with {version}; its last answer was {status} '{answer}'."
                );
            }

            await Task.Delay(Every, ct);
        }
    }

    /// <summary>One GET on a connection of its own; status 0 when nothing answers.</summary>
    public static async Task<(int Status, string Answer)> AskAsync(
        HttpClient http,
        Uri address,
        string? host,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers = { Host = host, ConnectionClose = true },
        };
        try
        {
            using var answer = await http.SendAsync(request, ct);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
        }
        catch (HttpRequestException e)
        {
            return (0, e.Message);
        }
    }
}
