using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Palisade.Storage.Audit;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Components.Audit;

/// <summary>A record as pages show it. Pure: what the log and the API say of it, in words.</summary>
public sealed record AuditRow
{
    public required RecordJson Record { get; init; }

    /// <summary>Who acted, by the name that the log has of them; by id where it has none.</summary>
    public required string By { get; init; }

    public required string ById { get; init; }

    public required string Operation { get; init; }

    /// <summary>As <c>local/web</c>; "" for the organization itself.</summary>
    public required string Resource { get; init; }

    /// <summary><c>ok</c>, <c>denied</c> or <c>failed</c>.</summary>
    public required string Result { get; init; }

    public string? Ip { get; init; }

    public string? Client { get; init; }

    /// <summary>Its id; other records of the same request have it too.</summary>
    public string? Request { get; init; }

    /// <summary>Why it was refused or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>By which the refusal can be asked about.</summary>
    public string? Decision { get; init; }

    /// <summary>How often it was done: what repeats closely is one record.</summary>
    public int Times { get; init; } = 1;

    public ImmutableArray<FieldChangeJson> Changes => Record.Changes ?? [];

    public (Tone Tone, string Text) Condition =>
        Result switch
        {
            "ok" => (Tone.Good, "Done"),
            "denied" => (Tone.Bad, "Refused"),
            _ => (Tone.Warn, "Failed"),
        };

    public static AuditRow Of(EntryFacets facets, RecordJson record)
    {
        ArgumentNullException.ThrowIfNull(facets);
        ArgumentNullException.ThrowIfNull(record);
        var row = new AuditRow
        {
            Record = record,
            By = facets.Actor,
            ById = facets.Actor,
            Operation = facets.Operation,
            Resource = facets.Resource,
            Result = facets.Result,
        };
        return record.Body is not { } body
            ? row
            : row with
            {
                By = Text(body.GetProperty("actor"), "name") ?? facets.Actor,
                Ip = Text(body, "ip"),
                Client = Text(body, "client"),
                Request = Text(body, "requestId"),
                Reason = Text(body, "reason"),
                Decision = Text(body, "decisionId"),
                Times =
                    body.TryGetProperty("details", out var details)
                    && int.TryParse(Text(details, "repeated"), CultureInfo.InvariantCulture, out var times)
                        ? times
                        : 1,
            };
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
