using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit;

/// <summary>
/// What records to look for, written as <c>key:value</c> terms and free words: <c>actor:u1 op:release.promote
/// result:denied ip:10.0.0.0/8 since:2026-11-01 web</c>. Terms of one key are or-ed, all else is and-ed. A value with
/// spaces is put in quotes; a word that ends in <c>*</c> is a beginning, and <c>op:role.*</c> is every operation on
/// roles.
/// </summary>
public sealed record AuditQuery
{
    public const int MaxLength = 1000;
    public const int MaxTerms = 40;

    /// <summary>What all its networks may take of <see cref="AddressPrefixes.Cover"/>.</summary>
    private const int MaxNetworks = AddressPrefixes.MaxCover;

    private const string Keys = "actor, op, resource, result, request, ip, since, until";

    /// <summary>Ids of principals, or names that whoever searches turns into ids.</summary>
    public ImmutableArray<string> Actors { get; init; } = [];

    public ImmutableArray<string> Operations { get; init; } = [];

    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary><c>ok</c>, <c>denied</c> or <c>failed</c>.</summary>
    public ImmutableArray<string> Results { get; init; } = [];

    public ImmutableArray<string> Requests { get; init; } = [];

    public ImmutableArray<IPNetwork> Networks { get; init; } = [];

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? Until { get; init; }

    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>
    /// Keys of its terms, and <c>words</c> where there are free ones: which fields it looks at, and nothing of what it
    /// looks for.
    /// </summary>
    public ImmutableArray<string> Filters =>
        [
            .. When("actor", !Actors.IsEmpty),
            .. When("op", !Operations.IsEmpty),
            .. When("resource", !Resources.IsEmpty),
            .. When("result", !Results.IsEmpty),
            .. When("request", !Requests.IsEmpty),
            .. When("ip", !Networks.IsEmpty),
            .. When("since", Since is not null),
            .. When("until", Until is not null),
            .. When("words", !Words.IsEmpty),
        ];

    /// <summary>Problem: <c>audit.bad_query</c>, which says which term and what would be right.</summary>
    public static Result<AuditQuery> Parse(string? text)
    {
        if (text?.Length > MaxLength)
        {
            return Bad($"it has more than {MaxLength} characters");
        }

        var query = new AuditQuery();
        var terms = 0;
        foreach (var (key, value) in Terms(text ?? ""))
        {
            if (++terms > MaxTerms)
            {
                return Bad($"it has more than {MaxTerms} terms");
            }

            var next = value.Length == 0 ? Bad($"{key}: has no value") : query.With(key, value);
            if (!next.TryGet(out query!, out var problem))
            {
                return Result.Fail<AuditQuery>(problem);
            }
        }

        return query.Since >= query.Until ? Bad("since is not before until")
            : query.Networks.Sum(AddressPrefixes.CoverCount) > MaxNetworks
                ? Bad("its networks are too wide together; there can be two of /1 or of /9, and more of narrower ones")
            : query;
    }

    private Result<AuditQuery> With(string? key, string value) =>
        key switch
        {
            null => this with { Words = Words.Add(value) },
            "actor" => this with { Actors = Actors.Add(value) },
            "op" or "operation" => ReadOperations(value) is { Length: > 0 } operations
                ? this with
                {
                    Operations = Operations.AddRange(operations),
                }
                : Bad($"no operation begins with {Printable.Of(value[..^1])}"),
            "resource" => this with { Resources = Resources.Add(value) },
            "request" => this with { Requests = Requests.Add(value) },
            "result" => value is "ok" or "denied" or "failed"
                ? this with
                {
                    Results = Results.Add(value),
                }
                : Bad("result is ok, denied or failed"),
            "ip" => ReadNetwork(value) is { } network
                ? this with
                {
                    Networks = Networks.Add(network),
                }
                : Bad("ip is an address, or a network such as 10.1.0.0/20 or 2001:db8::/44"),
            "since" => ReadTime(value) is { } since ? this with { Since = since } : BadTime(key),
            "until" => ReadTime(value) is { } until ? this with { Until = until } : BadTime(key),
            _ => Bad($"there is no key {Printable.Of(key)}; the keys are {Keys}"),
        };

    // A key is letters before a colon; what comes after may be in quotes, and a quoted term is never a key.
    private static IEnumerable<(string? Key, string Value)> Terms(string text)
    {
        for (var at = 0; at < text.Length; )
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var colon = at;
            while (colon < text.Length && char.IsAsciiLetter(text[colon]))
            {
                colon++;
            }

            var hasKey = colon > at && colon < text.Length && text[colon] == ':';
            var key = hasKey ? text[at..colon].ToLowerInvariant() : null;
            at = hasKey ? colon + 1 : at;
            var quoted = at < text.Length && text[at] == '"';
            var start = quoted ? at + 1 : at;
            var end = start;
            while (end < text.Length && (quoted ? text[end] != '"' : !char.IsWhiteSpace(text[end])))
            {
                end++;
            }

            yield return (key, text[start..end]);
            at = quoted ? end + 1 : end;
        }
    }

    private static string[] When(string key, bool used) => used ? [key] : [];

    // Others than those of this version may be in a log: a name without a star is looked for as it is.
    private static string[] ReadOperations(string value) =>
        value.EndsWith(".*", StringComparison.Ordinal)
            ?
            [
                .. Access
                    .Operations.All.Select(o => o.Name)
                    .Where(name => name.StartsWith(value[..^1], StringComparison.Ordinal)),
            ]
            : [value];

    private static IPNetwork? ReadNetwork(string value)
    {
        if (IPAddress.TryParse(value, out var address))
        {
            return new IPNetwork(address, 8 * address.GetAddressBytes().Length);
        }

        return IPNetwork.TryParse(value, out var network) ? network : null;
    }

    private static DateTimeOffset? ReadTime(string value) =>
        DateTimeOffset.TryParseExact(
            value,
            ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "O"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    private static Invalid BadTime(string key) =>
        Bad($"{key} is a day or a time of UTC such as 2026-11-01 or 2026-11-01T13:00");

    private static Invalid Bad(string why) =>
        new("audit.bad_query", $"the search can't be read: {why}")
        {
            Suggestion = "write it like: actor:u1 op:release.promote result:denied since:2026-11-01",
        };
}
