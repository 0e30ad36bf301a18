using Palisade.Storage.Audit;
using Palisade.Web.Components.Audit;
using Palisade.Web.Components.Audit.Evidence;
using Palisade.Web.Console.Audit;

namespace Palisade.Browser.Tests;

public sealed class SignInRowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sign_ins_are_counted_by_person_whatever_they_are_called_now()
    {
        var rows = SignInRow.Of([
            Record(9, "u2", "Zoe", "denied", "192.0.2.9"),
            Record(8, "u1", "Ada L.", "ok", "192.0.2.2"),
            Record(7, "u1", "Ada", "failed", "192.0.2.1"),
            Record(6, "u1", "Ada", "ok", "192.0.2.2"),
            Record(5, "u1", "Ada", "ok", null),
            Record(4, "u2", "Zoe", "denied", "192.0.2.9") with
            {
                Times = 500,
            },
        ]);

        Assert.Equal(["u1", "u2"], rows.Select(row => row.Id));
        Assert.Equal(("Ada L.", 3, 1, Noon.AddMinutes(8)), (rows[0].Name, rows[0].Good, rows[0].Bad, rows[0].Last));
        Assert.Equal(["192.0.2.2", "192.0.2.1"], rows[0].Addresses.AsEnumerable());
        Assert.Equal((0, 501, (DateTimeOffset?)null), (rows[1].Good, rows[1].Bad, rows[1].Last));
    }

    [Fact]
    public void Nobody_is_no_row() => Assert.Empty(SignInRow.Of([]));

    private static AuditRow Record(int index, string id, string name, string result, string? ip) =>
        AuditRow.Of(
            new EntryFacets(id, "member.signin", "", result),
            new RecordJson(index, "records/main/n", index, Noon.AddMinutes(index), "")
        ) with
        {
            By = name,
            Ip = ip,
        };
}
