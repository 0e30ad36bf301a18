using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// <c>audit.search</c>: 1,000,000 records of 90 days, asked over HTTPS for facets, words and every kind of term: the
/// 95th percentile of all questions. Beside it the same questions to the journal's own tables and indexes, words by
/// LIKE, as one would do without an index for searching; but not of addresses, which are sealed there.
/// </summary>
internal sealed class AuditSearch : IBench
{
    private const double AtMostMilliseconds = 100;
    private const int Repeats = 5;

    private static readonly TimeSpan IndexDeadline = TimeSpan.FromMinutes(10);

    public string Name => "audit.search";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await server.Process.StopAsync();
        await AuditRecords.FillAsync(server.Process.Data, server.Process.FirstRun.Organization, ct);
        await server.Process.StartAgainAsync(ct);
        using var http = server.Process.NewHttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            server.Process.FirstRun.CliToken
        );
        var audit = $"/api/v1/orgs/{server.Process.FirstRun.Organization}/audit";
        await IndexedAsync(http, audit, ct);
        using var plain = new SqliteConnection(
            $"Data Source={Path.Combine(server.Process.Data, "palisade.db")};Mode=ReadOnly;Pooling=False"
        );
        plain.Open();
        var measured = await Rounds.InterleavedAsync(
            async token =>
            {
                var times = new List<double>();
                for (var i = 0; i < Repeats; i++)
                {
                    foreach (var question in AuditRecords.Questions)
                    {
                        times.Add(await AskAsync(http, audit + question.Path, question.Least, token));
                    }
                }

                return Rounds.Percentile(times, 95);
            },
            token =>
                Task.FromResult(
                    Rounds.Percentile(
                        [
                            .. AuditRecords
                                .Questions.Select(q => q.Sql)
                                .OfType<string>()
                                .Select(sql => Plain(plain, sql)),
                        ],
                        95
                    )
                ),
            ct: ct
        );
        return BenchResult.Of(Name, "ms", measured, Goal.AtMost(AtMostMilliseconds));
    }

    private static async Task<double> AskAsync(HttpClient http, string path, int least, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var text = await http.GetByteArrayAsync(new Uri(path, UriKind.Relative), ct);
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;

        // A quick answer that lacks what there is would be none.
        using var json = JsonDocument.Parse(text);
        var list = json.RootElement.TryGetProperty("items", out var items)
            ? items
            : json.RootElement.GetProperty("counts");
        return list.GetArrayLength() >= least
            ? elapsed
            : throw new InvalidDataException($"{path} found {list.GetArrayLength()}, at least {least} are there");
    }

    private static double Plain(SqliteConnection connection, string sql)
    {
        var started = Stopwatch.GetTimestamp();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) { }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>The server seals and indexes what it finds; the oldest record is found last.</summary>
    private static async Task IndexedAsync(HttpClient http, string audit, CancellationToken ct) =>
        await Poll.UntilAsync(
            async () =>
            {
                var path = $"{audit}/facets?since={AuditRecords.FirstDay}&top=1";
                using var json = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri(path, UriKind.Relative), ct));
                return json.RootElement.GetProperty("counts")
                        .EnumerateArray()
                        .Any(count =>
                            count.GetProperty("facet").GetString() == "result"
                            && count.GetProperty("count").GetInt64() >= AuditRecords.Count * AuditRecords.ShareOfOk
                        ) && await LagAsync(http, audit, ct);
            },
            IndexDeadline,
            string.Create(CultureInfo.InvariantCulture, $"the index of {AuditRecords.Count} records"),
            TimeSpan.FromSeconds(1),
            ct
        );

    /// <summary>Whether the newest record of all is found.</summary>
    private static async Task<bool> LagAsync(HttpClient http, string audit, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(
            await http.GetByteArrayAsync(
                new Uri($"{audit}/records?q=request:{AuditRecords.LastRequest}", UriKind.Relative),
                ct
            )
        );
        return json.RootElement.GetProperty("items").GetArrayLength() == 1;
    }
}
