using System.Collections.Immutable;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>The sign-ins of one person. Pure.</summary>
/// <param name="Good">How often it went well.</param>
/// <param name="Bad">How often not.</param>
/// <param name="Last">When it last went well; null: never.</param>
/// <param name="Addresses">From where, the last first.</param>
public sealed record SignInRow(
    string Id,
    string Name,
    int Good,
    int Bad,
    DateTimeOffset? Last,
    ImmutableArray<string> Addresses
)
{
    /// <summary>By name.</summary>
    /// <param name="records">Of sign-ins, the newest first.</param>
    public static ImmutableArray<SignInRow> Of(IEnumerable<AuditRow> records) =>
        [
            .. records
                .GroupBy(record => record.ById)
                .Select(person => new SignInRow(
                    person.Key,
                    person.First().By,
                    person.Where(IsGood).Sum(record => record.Times),
                    person.Where(record => !IsGood(record)).Sum(record => record.Times),
                    person.FirstOrDefault(IsGood)?.Record.At,
                    [.. person.Select(record => record.Ip).OfType<string>().Distinct()]
                ))
                .OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase),
        ];

    private static bool IsGood(AuditRow record) => record.Result == "ok";
}
