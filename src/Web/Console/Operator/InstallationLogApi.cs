using System.Globalization;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Operator;

/// <summary>
/// The installation's own log: what operators did, sign-ins, accounts. Records of organizations are not in it.
/// </summary>
internal static class InstallationLogApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .ConsoleGet("/log", SearchAsync)
            .Operation(Operations.InstallationRead)
            .Documented(
                "The installation's log, newest first",
                [
                    ("actor", "Only what this user id did"),
                    ("operation", "Only records of this operation"),
                    ("request", "Only records of this request id"),
                    .. PageQuery.Options,
                ]
            );

    private static async Task<Result<Page<LogEntryJson>>> SearchAsync(WireRequest request)
    {
        if (
            !PageQuery.Of(request).TryGet(out var page, out var problem)
            || !request.Query().TryGet(out var query, out problem)
        )
        {
            return Result.Fail<Page<LogEntryJson>>(problem);
        }

        if (!TryPlace(page.After, out var after))
        {
            return PageQuery.BadCursor;
        }

        var filter = new EntryFilter
        {
            Org = "",
            ActorId = query.Text("actor"),
            Operation = query.Text("operation"),
            RequestId = query.Text("request"),
            After = after,
            Limit = page.Limit + 1,
        };
        return page.Of(await request.Service<IJournal>().SearchAsync(filter, request.Aborted), Place, EntryOf);
    }

    private static string Place(StoredEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.At.UtcTicks} {entry.Seq} {entry.Stream}");

    private static bool TryPlace(string? text, out (DateTimeOffset At, StreamId Stream, long Seq)? place)
    {
        place = null;
        if (text is null)
        {
            return true;
        }

        if (
            text.Split(' ', 3) is not [var at, var seq, var stream]
            || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTimeOffset.MaxValue.UtcTicks
            || !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            return false;
        }

        place = (new DateTimeOffset(ticks, TimeSpan.Zero), new StreamId(stream), number);
        return true;
    }

    private static LogEntryJson EntryOf(StoredEntry entry)
    {
        using var body = JsonDocument.Parse(entry.Body);
        var reason = body.RootElement.TryGetProperty("reason", out var text) ? text.GetString() : null;
        return new(
            entry.Stream.Value,
            entry.Seq,
            entry.At,
            entry.Actor.Kind.ToString(),
            entry.Actor.Id,
            entry.Operation,
            entry.Resource,
            entry.Result.ToString(),
            entry.RequestId,
            reason
        );
    }
}
