using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Web.Api;
using Palisade.Web.Hosting;

namespace Palisade.Web.Console;

/// <summary>
/// <c>Idempotency-Key</c> of a write (IETF httpapi draft): sent again under the same key it has no second effect and
/// the same answer, for 24 hours.
/// </summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>
    /// Tells the caller of the request of its key. Reads the body, which stays readable. Problem:
    /// <c>idempotency.bad_key</c>.
    /// </summary>
    public static async ValueTask<Problem?> ApplyAsync(WireRequest request)
    {
        var http = request.Context.Request;
        if (!http.Headers.TryGetValue(Name, out var values))
        {
            return null;
        }

        if (values.Count != 1 || !IdempotencyKey.IsValid(values[0]))
        {
            return new Invalid(
                "idempotency.bad_key",
                $"an {Name} is 1 to {IdempotencyKey.MaxLength} visible ASCII characters, given once"
            )
            {
                Suggestion = "use a random UUID",
            };
        }

        // SECURITY (S19): bodies hold secrets, so what is kept of them is keyed.
        // In memory, never in a file beside it.
        var limit = (int)request.Service<IOptions<WebOptions>>().Value.MaxBodyBytes;
        request.LimitBody(limit);
        http.EnableBuffering(bufferThreshold: limit);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Method} {http.Path}{http.QueryString}\n"));
        var buffer = new byte[16 * 1024];
        for (int count; (count = await http.Body.ReadAsync(buffer, request.Aborted)) > 0; )
        {
            hash.AppendData(buffer, 0, count);
        }

        http.Body.Position = 0;
        var fingerprint = await request
            .Service<IStore>()
            .Sealer.FingerprintAsync("installation", hash.GetHashAndReset(), request.Aborted);
        request.Caller = request.Caller with { Idempotency = new IdempotencyKey(values[0]!, fingerprint) };
        return null;
    }
}
