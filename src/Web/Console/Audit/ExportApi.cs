using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Audit;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Audit;

/// <summary>Exports of a log. Each is a record itself.</summary>
internal static class ExportApi
{
    /// <summary>
    /// Records in one export of a search, at most, with those that say what was erased; everything has no bound.
    /// </summary>
    private const int MaxChosen = 100_000;

    public static ImmutableArray<(string Name, string Description)> Options { get; } =
    [
        ("format", "jsonl, a bundle that palisade audit verify takes (by default), or csv"),
        ("from", "Everything from this index on; 0 by default"),
        ("since", "The size of a checkpoint that you kept, to have its consistency proven"),
        (
            "disclose",
            "Which of name, ip and client of who acted it shows, such as name,ip; all by default, none shows none"
        ),
        (
            "q",
            "Only what this search finds and the records that say what was erased of it, each with a proof of its own: "
                + $"at most {MaxChosen} records in all, the newest finds"
        ),
    ];

    public static async Task<Result<Answer>> Export(WireRequest request)
    {
        var options = request.Query();
        if (!options.TryGet(out var query, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var disclose = Disclosed(query.Text("disclose", 30));
        var (format, search) = (query.Text("format", 10) ?? "jsonl", query.Text("q", AuditQuery.MaxLength));
        var (from, since, parsed) = (
            AuditApi.Number(request, "from"),
            AuditApi.Number(request, "since"),
            await AuditApi.QueryAsync(request)
        );
        var refused =
            query.Problem
            ?? from.Problem
            ?? since.Problem
            ?? parsed.Problem
            ?? disclose.Problem
            ?? (format is "jsonl" or "csv" ? null : new Invalid("option.invalid", "format is jsonl or csv"));
        if (refused is not null)
        {
            return Result.Fail<Answer>(refused);
        }

        var (org, export) = (request.Route("org"), request.Service<LogExport>());
        var lines = search is null
            ? await export.CompleteAsync(org, from.Value ?? 0, since.Value, disclose.Value, request.Aborted)
            : await export.ChosenAsync(org, parsed.Value, MaxChosen, disclose.Value, request.Aborted);
        if (!lines.TryGet(out var content, out problem))
        {
            return Result.Fail<Answer>(problem);
        }

        await request
            .Service<IRecorder>()
            .RecordAsync(
                request.Caller,
                org.Length == 0 ? Operations.InstallationRead : Operations.AuditExport,
                Resource.Org,
                // SECURITY (S30): no value of the search, which may be a name or an address: an erasure does not reach
                // what others looked for.
                Outcome.With(
                    ("format", format),
                    ("filters", string.Join(',', parsed.Value.Filters)),
                    ("from", $"{from.Value ?? 0}"),
                    ("disclosed", string.Join(',', disclose.Value))
                ),
                request.Aborted
            );
        return new ExportAnswer(content, LogName.Of(org), format == "csv");
    }

    private static Result<ImmutableArray<string>> Disclosed(string? text)
    {
        ImmutableArray<string> names = text switch
        {
            null => [.. PersonalFields.Names],
            "none" => [],
            _ => [.. text.Split(',')],
        };
        return names.All(PersonalFields.Names.Contains)
            ? names
            : new Invalid("option.invalid", $"disclose is none, or some of {string.Join(',', PersonalFields.Names)}");
    }

    private sealed record ExportAnswer(IAsyncEnumerable<ExportLine> Lines, string Log, bool Csv) : Answer
    {
        public override async Task WriteAsync(HttpContext context)
        {
            var response = context.Response;
            response.ContentType = Csv ? "text/csv; charset=utf-8" : "application/jsonl";
            response.Headers.ContentDisposition = $"attachment; filename=\"audit-{Log}.{(Csv ? "csv" : "jsonl")}\"";
            await foreach (var line in Lines.WithCancellation(context.RequestAborted))
            {
                await response.Body.WriteAsync(
                    Csv ? AuditTable.Of(line) : [.. line.Json, (byte)'\n'],
                    context.RequestAborted
                );
                if (line.Breaks && !Csv)
                {
                    // Also the transfer ends as one that failed, for whoever does not look at the last line.
                    throw new InvalidDataException(
                        $"The export broke off: the body of {line.Entry!.Stream} entry {line.Entry.Seq} is gone."
                    );
                }
            }
        }
    }
}
