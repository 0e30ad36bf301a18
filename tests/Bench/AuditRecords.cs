using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Sqlite;

namespace Palisade.Bench;

/// <summary>A question to the search and the least that it finds.</summary>
/// <param name="Sql">The same of the journal's tables; null where they can't be asked.</param>
internal sealed record AuditQuestion(string Path, int Least, string? Sql);

/// <summary>
/// Records of one organization: 90 days, 200 people of whom few do most, 40 operations, 500 apps, some refusals.
/// </summary>
internal static class AuditRecords
{
    public const int Count = 1_000_000;
    public const double ShareOfOk = 0.9;

    private const int Days = 90;
    private const int PerAppend = 250;
    private const int People = 200;
    private const int Apps = 500;
    private const int Page = 100;

    private const string Select =
        "SELECT j.stream, j.seq, b.body FROM journal j JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq "
        + "WHERE j.org = 'main' ";

    private const string Newest = " ORDER BY j.at DESC LIMIT 101";

    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow;

    public static string FirstDay => Day(-Days - 1);

    public static string LastRequest => Request(Count - 1);

    /// <summary>What people ask: by each kind of term, by words that are rare, frequent and everywhere, and by all at
    /// once.</summary>
    public static ImmutableArray<AuditQuestion> Questions { get; } =
    [
        Records("", Page, ""),
        Records("actor:u0", Page, "AND j.actor = 'u0'"),
        Records("actor:u199", Page, "AND j.actor = 'u199'"),
        Records("op:op.7 result:denied", Page, "AND j.operation = 'op.7' AND j.result = 'denied'"),
        Records("resource:staging/app17", Page, "AND j.resource = 'staging/app17'"),
        Records("result:failed", Page, "AND j.result = 'failed'"),
        Records($"request:{Request(123_456)}", 1, $"AND j.request_id = '{Request(123_456)}'"),
        Records("ip:10.3.7.0/24", Page, null),
        Records("ip:10.0.0.0/12 result:denied", Page, null),
        Records("everywhere", Page, "AND b.body LIKE '%everywhere%'"),
        Records("needle", 10, "AND b.body LIKE '%needle%'"),
        Records("quota exceeded", Page, "AND b.body LIKE '%quota%' AND b.body LIKE '%exceeded%'"),
        Records("\"quota exceeded\" actor:u3", Page, "AND j.actor = 'u3' AND b.body LIKE '%quota exceeded%'"),
        Records("need*", 10, "AND b.body LIKE '% need%'"),
        Records(
            $"since:{Day(-60)} until:{Day(-59)}",
            Page,
            $"AND j.at >= {Microseconds(-60)} AND j.at < {Microseconds(-59)}"
        ),
        Records($"everywhere actor:u1 op:op.1 result:ok ip:10.0.0.0/8 since:{Day(-80)} until:{Day(-10)}", 1, null),
        Records("nothing-of-the-kind", 0, "AND b.body LIKE '%nothing-of-the-kind%'"),
        Facets(-30),
        Facets(-Days),
        Facets(-1),
    ];

    /// <summary>Appends them through the store, whose clock goes from 90 days ago to now meanwhile.</summary>
    public static async Task FillAsync(string data, string org, CancellationToken ct)
    {
        var clock = new Clock();
        await using var store = await SqliteStore.OpenAsync(
            new() { DataDirectory = data, Events = EventCatalog.From(typeof(IDomainEvent).Assembly) },
            clock,
            NullLoggerFactory.Instance,
            ct
        );
        var random = new Random(20261126);
        for (var n = 0; n < Count; n += PerAppend)
        {
            clock.Now = End - TimeSpan.FromDays(Days * (1 - ((double)n / Count)));
            var entries = ImmutableArray.CreateBuilder<EntryDraft>(PerAppend);
            for (var i = 0; i < PerAppend; i++)
            {
                entries.Add(Draft(n + i, org, random));
            }

            await store.Journal.AppendAsync(
                new() { Org = org, Writes = [new(new($"rec/{org}/bench"), null, entries.MoveToImmutable())] },
                ct
            );
        }
    }

    private static EntryDraft Draft(int n, string org, Random random)
    {
        // Few do most.
        var person = (int)(People * Math.Pow(random.NextDouble(), 3));
        var (denied, failed) = (n % 17 == 0, n % 53 == 0);
        return new()
        {
            Caller = new()
            {
                Principal = new(PrincipalKind.User, $"u{person}", $"Person {person}"),
                SignIn = "cli-token",
                CredentialId = $"t{person}",
                Ip = $"10.{person % 4}.{person % 16}.{n % 200}",
                Client = "convox/3.18",
                RequestId = Request(n),
                Org = org,
            },
            Operation = $"op.{(int)(40 * random.NextDouble())}",
            ResourceType = "Application",
            Resource = $"staging/app{random.Next(Apps)}",
            Result =
                denied ? EntryResult.Denied
                : failed ? EntryResult.Failed
                : EntryResult.Ok,
            Reason =
                denied ? "access.denied: no role grants it"
                : failed ? "limit.used_up: the quota exceeded what is allowed"
                : null,
            Details = ImmutableSortedDictionary<string, string>
                .Empty.Add("note", n % 100_000 == 0 ? "the needle in the hay" : "found everywhere")
                .Add("release", $"R{n:X8}"),
        };
    }

    private static AuditQuestion Records(string q, int least, string? where) =>
        new(
            $"/records?limit={Page}&q={Uri.EscapeDataString(q)}",
            least,
            where is null ? null : Select + where + Newest
        );

    private static AuditQuestion Facets(int sinceDay) =>
        new(
            $"/facets?since={Day(sinceDay)}",
            40,
            string.Join(
                " UNION ALL ",
                new[] { "actor", "operation", "resource", "result" }.Select(facet =>
                    $"SELECT * FROM (SELECT {facet}, count(*) FROM journal WHERE org = 'main' "
                    + $"AND at >= {Microseconds(sinceDay)} GROUP BY 1 ORDER BY 2 DESC LIMIT 20)"
                )
            )
        );

    private static string Request(int n) => n.ToString("x12", CultureInfo.InvariantCulture);

    private static string Day(int days) => End.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static long Microseconds(int days) => (End.AddDays(days) - DateTimeOffset.UnixEpoch).Ticks / 10;

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
