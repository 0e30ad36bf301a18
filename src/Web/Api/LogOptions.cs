using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;

namespace Palisade.Web.Api;

/// <summary>Options of log sockets; they travel as headers (convox-wire.md 3.1).</summary>
internal sealed record LogOptions(LogQuery Query, bool Prefix)
{
    private static readonly TimeSpan DefaultSince = TimeSpan.FromMinutes(2);

    /// <summary>Defaults: the last two minutes, following, without prefix. Problems: <c>option.invalid</c>.</summary>
    public static Result<LogOptions> Read(WireRequest request)
    {
        var headers = request.Headers;
        var since = headers.Duration("Since", TimeSpan.Zero, TimeSpan.FromDays(3650)) ?? DefaultSince;
        var query = new LogQuery
        {
            Since = request.Service<TimeProvider>().GetUtcNow() - since,
            Follow = headers.Bool("Follow") ?? true,
            Filter = headers.Text("Filter", 1_000),
        };
        var prefix = headers.Bool("Prefix") ?? false;
        return headers.Problem is { } problem ? Result.Fail<LogOptions>(problem) : new LogOptions(query, prefix);
    }
}
