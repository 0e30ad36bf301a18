using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Personal;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Audit;

/// <summary>
/// A log, an organization's or for operators the installation's: search, proofs, checkpoints and keys. Everything that
/// lists records carries the latest checkpoint (S31).
/// </summary>
internal static class AuditApi
{
    private const int DefaultTop = 20;
    private const int MaxTop = 200;
    private const int DefaultDays = 30;

    private static readonly ImmutableArray<(string Name, string Description)> SearchOptions =
    [
        (
            "q",
            "What to look for, such as actor:u1 op:release.promote result:denied ip:10.0.0.0/8 since:2026-11-01 word"
        ),
        .. PageQuery.Options,
    ];

    public static void Map(IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("/orgs/{org}/audit");
        MapLog(audit, Operations.AuditRead, Operations.AuditExport, Operations.SigningRotate);
        SinksApi.MapOrg(audit);
        RetentionApi.Map(audit);
        var installation = api.MapGroup("/operator/audit");
        MapLog(installation, Operations.InstallationRead, Operations.InstallationRead, Operations.InstallationUpdate);
        RetentionApi.MapInstallation(installation);
    }

    /// <summary>The log of the organization in the path, or the installation's own where there is none.</summary>
    private static void MapLog(IEndpointRouteBuilder audit, Operation read, Operation export, Operation rotate)
    {
        audit
            .ConsoleDownload("/checkpoint", Checkpoint)
            .Operation(read)
            .Documented(
                "The log's latest checkpoint: a signed note (c2sp.org/tlog-checkpoint)",
                ("size", "That of exactly so many records")
            );
        audit.ConsoleGet("/keys", Keys).Operation(read).Documented("The keys that sign the log");
        audit
            .ConsolePost("/keys/rotate", Rotate)
            .Operation(rotate)
            .Documented("Gives the log a new signing key, announced by the one before");
        audit
            .ConsoleGet("/records", Records)
            .Operation(read)
            .Documented("Records, the newest first", [.. SearchOptions]);
        audit
            .ConsoleGet("/records/{index}", Record)
            .Operation(read)
            .Documented("One record, with the proof that it is in the log");
        audit
            .ConsoleGet("/facets", Facets)
            .Operation(read)
            .Documented(
                "How many records each actor, operation, resource and result has",
                ("since", "First day, as 2026-11-01; 30 days ago by default"),
                ("until", "Last day; today by default"),
                ("top", $"Values of each: 1 to {MaxTop}")
            );
        audit
            .ConsoleGet("/consistency", Consistency)
            .Operation(read)
            .Documented(
                "The proof that an earlier checkpoint's log is the beginning of a later one's",
                ("first", "Records of the earlier"),
                ("second", "Records of the later")
            );
        audit
            .ConsoleDownload("/export", ExportApi.Export)
            .Operation(export)
            .Documented(
                "Everything, or what a search finds, for palisade audit verify or as a table",
                [.. ExportApi.Options]
            );
    }

    /// <summary>The latest checkpoint of the request's organization, as lists of records carry it.</summary>
    public static async Task<StoredCheckpoint?> LatestAsync(WireRequest request) =>
        await request.Service<IAuditLog>().CheckpointAsync(request.Route("org"), null, request.Aborted);

    private static async Task<Result<Answer>> Checkpoint(WireRequest request)
    {
        var size = Number(request, "size");
        if (!size.TryGet(out var exactly, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        return
            await request.Service<IAuditLog>().CheckpointAsync(request.Route("org"), exactly, request.Aborted)
                is { } stored
            ? Answer.Download(
                new MemoryStream(System.Text.Encoding.UTF8.GetBytes(stored.Note.ToString())),
                "text/plain; charset=utf-8",
                "checkpoint.txt"
            )
            : new NotFound("audit.no_checkpoint", "there is no such checkpoint");
    }

    private static async Task<Result<SigningKeysJson>> Keys(WireRequest request)
    {
        var org = request.Route("org");
        var log = await request.Service<IAuditLog>().OpenAsync(org, request.Aborted);
        var state = await request.Service<AuditFacts>().OfAsync(org, request.Aborted);
        return new SigningKeysJson(
            log.Origin,
            [.. state.Keys.Select(key => new SigningKeyJson(key.Key, key.Since, key.Succession))],
            state.Keys.IsEmpty ? null : state.Keys[^1].Key
        );
    }

    private static async Task<Result<RotatedKeyJson>> Rotate(WireRequest request) =>
        (
            await request
                .Service<IGrainFactory>()
                .GetGrain<IAuditGrain>(LogName.Of(request.Route("org")))
                .RotateKeyAsync(request.Caller, request.Aborted)
        ).Map(key => new RotatedKeyJson(key));

    private static async Task<Result<RecordsJson>> Records(WireRequest request)
    {
        var org = request.Route("org");
        var page = PageQuery.Of(request);
        var query = await QueryAsync(request);
        if ((page.Problem ?? query.Problem) is { } problem)
        {
            return Result.Fail<RecordsJson>(problem);
        }

        if (!TryPlace(page.Value.After, out var before))
        {
            return PageQuery.BadCursor;
        }

        // The checkpoint first: it covers what is listed after it, but for what was sealed in between.
        var checkpoint = await LatestAsync(request);
        var found = await request
            .Service<IAuditSearch>()
            .FindAsync(org, query.Value, before, page.Value.Limit + 1, request.Aborted);
        var entries = await request
            .Service<IAuditLog>()
            .ReadAsync(org, [.. found.Take(page.Value.Limit)], request.Aborted);
        var cut = page.Value.Of(found, index => index.ToString(CultureInfo.InvariantCulture), index => index);
        var items = await RecordJson.OfAsync(entries, request.Service<IPersonalData>(), request.Aborted);
        return new RecordsJson(items, cut.Next, checkpoint?.Note.ToString());
    }

    private static async Task<Result<ProvenRecordJson>> Record(WireRequest request)
    {
        var (org, checkpoint) = (request.Route("org"), await LatestAsync(request));
        var known =
            long.TryParse(request.Route("index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < checkpoint?.Size;
        var entries = !known ? [] : await request.Service<IAuditLog>().ReadAsync(org, [index], request.Aborted);
        if (entries.IsEmpty)
        {
            return new NotFound("audit.no_record", "there is no such record");
        }

        var proof = await request.Service<LogExport>().InclusionAsync(org, index, checkpoint!.Size, request.Aborted);
        var record = await RecordJson.OfAsync(entries[0], request.Service<IPersonalData>(), request.Aborted);
        return new ProvenRecordJson(record, Hex(proof), checkpoint.Note.ToString());
    }

    private static async Task<Result<FacetsJson>> Facets(WireRequest request)
    {
        var options = request.Query();
        if (!options.TryGet(out var query, out var problem))
        {
            return Result.Fail<FacetsJson>(problem);
        }

        var today = DateOnly.FromDateTime(request.Service<TimeProvider>().GetUtcNow().UtcDateTime);
        var (since, until) = (
            Day(query.Text("since", 10), today.AddDays(-DefaultDays)),
            Day(query.Text("until", 10), today)
        );
        var top = query.Int("top", 1, MaxTop) ?? DefaultTop;
        if (query.Problem is not null || since is null || until is null || since > until)
        {
            return Result.Fail<FacetsJson>(
                query.Problem
                    ?? new Invalid(
                        "option.invalid",
                        "since and until are days such as 2026-11-01, the first not after the last"
                    )
            );
        }

        var counts = await request
            .Service<IAuditSearch>()
            .CountAsync(request.Route("org"), since.Value, until.Value, top, request.Aborted);
        return new FacetsJson(since.Value, until.Value, counts, (await LatestAsync(request))?.Note.ToString());
    }

    private static async Task<Result<ConsistencyJson>> Consistency(WireRequest request)
    {
        var (first, second) = (Number(request, "first"), Number(request, "second"));
        if ((first.Problem ?? second.Problem) is { } problem)
        {
            return Result.Fail<ConsistencyJson>(problem);
        }

        var log = await request.Service<IAuditLog>().OpenAsync(request.Route("org"), request.Aborted);
        var (from, to) = (first.Value ?? 0, second.Value ?? log.Size);
        if (from > to || to > log.Size)
        {
            return new Invalid(
                "audit.bad_range",
                $"the log has {log.Size} records: first is at most second, and second at most that"
            );
        }

        var proof = await request
            .Service<IAuditLog>()
            .HashesAsync(log.Org, MerkleProofs.Consistency(from, to), request.Aborted);
        return new ConsistencyJson(from, to, Hex(proof));
    }

    private static bool TryPlace(string? cursor, out long? before)
    {
        before = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;
        return cursor is null || before is not null;
    }

    /// <summary>What <c>q</c> looks for, with names of actors as ids. Problem: <c>audit.bad_query</c>.</summary>
    public static async Task<Result<AuditQuery>> QueryAsync(WireRequest request)
    {
        var parsed = request.Query().Then(options => AuditQuery.Parse(options.Text("q", AuditQuery.MaxLength)));
        return parsed.TryGet(out var query, out var problem)
            ? await request.Service<ActorNames>().ResolveAsync(request.Route("org"), query, request.Aborted)
            : Result.Fail<AuditQuery>(problem);
    }

    /// <summary>A size or an index in the query. Problem: <c>option.invalid</c>.</summary>
    public static Result<long?> Number(WireRequest request, string name) =>
        request
            .Query()
            .Then(query =>
            {
                var text = query.Text(name, 18);
                return query.Problem is { } problem ? Result.Fail<long?>(problem)
                    : text is null ? Result.Of<long?>(null)
                    : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                    : new Invalid("option.invalid", $"{name} is a whole number");
            });

    private static DateOnly? Day(string? text, DateOnly otherwise) =>
        text is null ? otherwise
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
        : null;

    private static ImmutableArray<string> Hex(ImmutableArray<byte[]> hashes) =>
        [.. hashes.Select(Convert.ToHexStringLower)];
}
