using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Operating;

/// <summary>Records of what an operator does with <c>palisade admin</c> (S04).</summary>
/// <param name="Operator">Who does it, as the machine knows them.</param>
/// <param name="Id">Of the act; its request id.</param>
internal sealed record OperatorRecord(string Operator, Operation Operation, string Id)
{
    public Append In(string org, StreamId stream, long? head, ImmutableSortedDictionary<string, string> details) =>
        new()
        {
            Org = org,
            Writes =
            [
                new(
                    stream,
                    head,
                    [
                        new()
                        {
                            Caller = new()
                            {
                                Principal = new(PrincipalKind.Operator, Operator, Operator),
                                SignIn = "admin",
                                Ip = "local",
                                Client = "palisade admin",
                                RequestId = Id,
                            },
                            Operation = Operation.Name,
                            ResourceType = Operation.Type.ToString(),
                            Resource = "",
                            Details = details,
                        },
                    ]
                ),
            ],
        };

    public static ImmutableSortedDictionary<string, string> Details(params (string Key, string Value)[] details) =>
        details.ToImmutableSortedDictionary(detail => detail.Key, detail => detail.Value, StringComparer.Ordinal);

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Names all heads at once.</summary>
    public static string DigestOf(IEnumerable<(string Stream, Head Head)> heads) =>
        Digest(heads.Select(head => $"{head.Stream} {head.Head.Seq} {Convert.ToHexStringLower(head.Head.Hash)}\n"));

    public static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
}
