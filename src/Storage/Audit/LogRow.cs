using System.Security.Cryptography;
using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>A row of audit_log: how far a log is.</summary>
internal sealed record LogRow(LogHead Head, MerkleFrontier Frontier)
{
    public const string Columns = "org, origin, size, frontier";

    private const int OriginBytes = 8;

    public static string NewOrigin(string org) =>
        $"palisade/{RandomNumberGenerator.GetHexString(2 * OriginBytes, lowercase: true)}/{LogName.Of(org)}";

    /// <summary>A frontier as it is kept.</summary>
    public static byte[] Bytes(MerkleFrontier frontier) => [.. frontier.Peaks.SelectMany(peak => peak)];

    /// <param name="row">Of <see cref="Columns"/>.</param>
    public static LogRow Read(IRow row)
    {
        var head = new LogHead(row.Text(0), row.Text(1), row.Int64(2));
        return new(
            head,
            MerkleFrontier.From(head.Size, [.. row.Blob(3).Chunk(Merkle.HashBytes)])
                ?? throw new InvalidDataException($"The log of '{head.Org}' has not the frontier of its size.")
        );
    }
}
