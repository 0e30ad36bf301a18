using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Changes;
using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Audit;

/// <summary>
/// What a record is found by. Facets are tokens: hashes, of addresses keyed ones (S30), so that any text is one word of
/// the index and no address is in it.
/// </summary>
internal sealed class SearchTerms(ISealer sealer, IPersonalData people)
{
    private const int TokenBytes = 8;

    // A bound on what one record may put into the index.
    private const int MaxText = 8 << 10;

    // Said by facets, of no use as words, or personal; of changes only some is.
    private static readonly HashSet<string> NotText = new(StringComparer.Ordinal)
    {
        "org",
        "person",
        "stream",
        "at",
        "actor",
        "ip",
        "client",
        "result",
        "version",
        "seq",
        "changes",
    };

    private static string Token(string facet, string value) =>
        "x"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{facet}\0{value}")).AsSpan(0, TokenBytes));

    private async Task<string> TokenAsync(string org, IPNetwork network, CancellationToken cancellationToken) =>
        "y"
        + await sealer.FingerprintAsync(Scopes.Org(org), Encoding.UTF8.GetBytes($"ip\0{network}"), cancellationToken);

    public async Task<List<(LogEntry Entry, RecordTerms Terms)>> OfAsync(
        string org,
        IEnumerable<LogEntry> entries,
        CancellationToken cancellationToken
    )
    {
        var terms = new List<(LogEntry, RecordTerms)>();
        foreach (var entry in entries)
        {
            terms.Add((entry, await OfAsync(org, entry, cancellationToken)));
        }

        return terms;
    }

    public async Task<SearchMatch> MatchAsync(string org, AuditQuery query, CancellationToken cancellationToken)
    {
        var networks = ImmutableArray.CreateBuilder<string>();
        foreach (var network in query.Networks.SelectMany(network => AddressPrefixes.Cover(network)).Distinct())
        {
            networks.Add(await TokenAsync(org, network, cancellationToken));
        }

        var groups = new[]
        {
            Tokens("actor", query.Actors),
            Tokens("operation", query.Operations),
            Tokens("resource", query.Resources),
            Tokens("result", query.Results),
            Tokens("request", query.Requests),
            networks.ToImmutable(),
        };
        return new([.. groups.Where(group => !group.IsEmpty)], [.. query.Words.SelectMany(Words)]);
    }

    /// <summary>Facet values, their tokens and the words of a body; the facets alone of one that was erased.</summary>
    private async Task<RecordTerms> OfAsync(string org, LogEntry entry, CancellationToken cancellationToken)
    {
        ImmutableArray<(string Facet, string Value)> facets =
        [
            ("actor", entry.Facets.Actor),
            ("operation", entry.Facets.Operation),
            ("resource", entry.Facets.Resource),
            ("result", entry.Facets.Result),
        ];
        var (tokens, words) = (facets.Select(facet => Token(facet.Facet, facet.Value)).ToList(), new StringBuilder());
        if (entry.Body is { } body)
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            tokens.Add(Token("request", root.GetProperty("requestId").GetString() ?? ""));
            var person = await people.OpenAsync(root, cancellationToken);
            if (IPAddress.TryParse(person.Fields?.Ip, out var address))
            {
                foreach (var network in AddressPrefixes.NetworksOf(address))
                {
                    tokens.Add(await TokenAsync(org, network, cancellationToken));
                }
            }

            AddWords(root, words);
            foreach (var change in ChangeJson.Read(root).Items)
            {
                AddWords(Before(change), words);
            }
        }

        return new(facets, string.Join(' ', tokens), words.ToString());
    }

    private static ImmutableArray<string> Tokens(string facet, ImmutableArray<string> values) =>
        [.. values.Select(value => Token(facet, value))];

    private static IEnumerable<(string Word, bool IsBeginning)> Words(string text)
    {
        var words = SearchWords.Of(text).ToList();
        return words.Select((word, i) => (word, i == words.Count - 1 && text.EndsWith('*')));
    }

    private static void AddWords(JsonElement element, StringBuilder words)
    {
        switch (element.ValueKind)
        {
            // Sealed bytes are noise.
            case JsonValueKind.Object
                when !(element.TryGetProperty("ciphertext", out _) && element.TryGetProperty("nonce", out _)):
                foreach (var member in element.EnumerateObject().Where(member => !NotText.Contains(member.Name)))
                {
                    AddWords(member.Value, words);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    AddWords(item, words);
                }

                break;
            case JsonValueKind.String when element.GetString() is { } text:
                AddWords(text, words);
                break;
        }
    }

    private static void AddWords(string text, StringBuilder words)
    {
        if (words.Length + text.Length < MaxText)
        {
            words.Append(text).Append(' ');
        }
    }

    // What is there now is the event's, and fingerprints are noise as sealed bytes are.
    private static string Before(FieldChange change) =>
        change is { Secret: false, Before: ChangeValue.Text or ChangeValue.List } ? change.Before.ToString() : "";
}

/// <param name="Facets">In the order of the counters.</param>
internal sealed record RecordTerms(ImmutableArray<(string Facet, string Value)> Facets, string Tokens, string Words);
