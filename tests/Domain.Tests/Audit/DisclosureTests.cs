using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>Personal values beside the sealed body of a record.</summary>
public sealed class DisclosureTests : IDisposable
{
    private const string Stream = "rec/acme/n1";

    private readonly SampleSigner _signer = new(SampleLog.Origin);

    public void Dispose() => _signer.Dispose();

    public static TheoryData<string, string, string> Values { get; } =
        new()
        {
            { "Ann", "192.0.2.7", "convox/3.18" },
            { "", "", "" },
            { "Zoë \"Quote\" \\ Ünal", "2001:db8::7", "Mozilla/5.0 (X11; <Linux>) 日本 👩‍💻 \u2028" },
        };

    [Theory]
    [MemberData(nameof(Values))]
    public void S30_A_bundle_verifies_with_its_personal_values_without_them_and_with_some(
        string name,
        string ip,
        string client
    )
    {
        var disclosure = Of(name, ip, client);
        foreach (var shown in new string[][] { ["name", "ip", "client"], ["ip"], ["client", "name"], [] })
        {
            var report = Verify(disclosure, disclosure.Only(shown));
            Assert.Empty(report.Faults);
            Assert.Equal(0, report.Undisclosed);
        }

        var without = Verify(disclosure, null);
        Assert.Empty(without.Faults);
        Assert.Equal(1, without.Undisclosed);
        Assert.Contains(without.Limits, limit => limit.Contains("or erased", StringComparison.Ordinal));
    }

    [Fact]
    public void S30_Personal_values_that_are_not_those_of_the_record_are_found()
    {
        var right = Of("Ann", "192.0.2.7", "convox/3.18");
        Disclosure[] wrong =
        [
            right with
            {
                Ip = DisclosedField.Of(right.Ip.Salt!, "192.0.2.8"),
            },
            right with
            {
                Name = DisclosedField.Of(Salt(9), "Ann"),
            },
            right with
            {
                Name = right.Client,
                Client = right.Name,
            },
            right with
            {
                Client = DisclosedField.Of(Salt(9), "other").Withhold(),
            },
            Of("Eve", "192.0.2.7", "convox/3.18"),
        ];

        foreach (var other in wrong)
        {
            Assert.Equal("record", Assert.Single(Verify(right, other).Faults).Code);
        }

        // Nor are any where the record speaks of nobody.
        Assert.Equal("record", Assert.Single(Verify(null, right).Faults).Code);
    }

    [Theory]
    [InlineData("\"Ann\"", "\"\\u0041nn\"")]
    [InlineData("\"name\":", "\"name\": ")]
    [InlineData("\"ip\":", "\"IP\":")]
    [InlineData("\"Ann\"]", "\"Ann\",\"\"]")]
    [InlineData("{\"name\"", "{\"x\":1,\"name\"")]
    public void S31_There_is_one_way_to_write_them(string part, string otherwise)
    {
        var disclosure = Of("Ann", "192.0.2.7", "convox/3.18");
        var lines = Bundle(disclosure, disclosure);
        lines[1] = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(lines[1]).Replace(part, otherwise, StringComparison.Ordinal)
        );

        Assert.NotEmpty(Verify(lines).Faults);
    }

    [Fact]
    public void S31_Every_flipped_byte_of_them_is_found()
    {
        var disclosure = Of("Ann", "192.0.2.7", "convox/3.18");
        var line = Bundle(disclosure, disclosure)[1];
        var start = line.AsSpan().IndexOf("\"person\":"u8);
        var end = line.AsSpan().IndexOf(",\"body\""u8);
        for (var at = start; at < end; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var lines = Bundle(disclosure, disclosure);
                lines[1][at] ^= (byte)(1 << bit);
                Assert.False(Verify(lines).Holds, $"byte {at}, bit {bit}");
            }
        }
    }

    private static Disclosure Of(string name, string ip, string client) =>
        new(DisclosedField.Of(Salt(1), name), DisclosedField.Of(Salt(2), ip), DisclosedField.Of(Salt(3), client));

    private static byte[] Salt(byte fill) => [.. Enumerable.Repeat(fill, DisclosedField.SaltBytes)];

    private VerificationReport Verify(Disclosure? written, Disclosure? shown) => Verify(Bundle(written, shown));

    private static VerificationReport Verify(List<byte[]> lines)
    {
        var verifier = new BundleVerifier();
        foreach (var line in lines)
        {
            verifier.Add(line.ToArray());
        }

        return verifier.End();
    }

    /// <summary>A log of one record that commits to some values, and beside it others.</summary>
    private List<byte[]> Bundle(Disclosure? written, Disclosure? shown)
    {
        var person = written is null
            ? ""
            : $"\"person\":{{\"commitment\":\"{Base64Url.EncodeToString(written.Commitment())}\",\"key\":\"dk_1\",\"box\":\"AA\"}},";
        var body = Encoding.UTF8.GetBytes(
            $"{{\"org\":\"acme\",\"stream\":\"{Stream}\",\"seq\":1,\"version\":2,\"at\":\"2026-11-01T12:00:00.000000Z\",{person}"
                + "\"actor\":{\"kind\":\"User\",\"id\":\"u1\"},\"operation\":\"app.get\"}"
        );
        var hash = SHA256.HashData([.. SHA256.HashData(Encoding.UTF8.GetBytes(Stream)), .. body]);
        var frontier = new MerkleFrontier();
        frontier.Append(Merkle.Leaf(hash));
        var header = new BundleHeader
        {
            Org = "acme",
            Complete = true,
            Checkpoint = _signer.Sign(new Checkpoint(SampleLog.Origin, 1, frontier.Root()).Text),
            Keys = new([new(_signer.Key, null)]),
        };
        var record = new BundleRecord
        {
            Index = 0,
            Hash = hash,
            Body = body,
            Person = shown,
        };
        return [header.ToLine(), record.ToLine(), BundleRecord.EndLine(1)];
    }
}
