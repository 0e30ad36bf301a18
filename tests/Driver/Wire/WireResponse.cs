using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Palisade.Driver.Wire;

/// <summary>An answer, decoded as strictly as Go's decoder does it.</summary>
public sealed partial record WireResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private static readonly JsonSerializerOptions GoRules = new()
    {
        PropertyNameCaseInsensitive = true,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        Converters = { new ZonedTime() },
    };

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>
    /// What the client shows of an error: the field <c>error</c>, else the trimmed body, else the status.
    /// </summary>
    public string ErrorText
    {
        get
        {
            try
            {
                using var json = JsonDocument.Parse(Body);
                if (
                    json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.TryGetProperty("error", out var error)
                    && error.ValueKind == JsonValueKind.String
                    && error.GetString() is { Length: > 0 } message
                )
                {
                    return message;
                }
            }
            catch (JsonException)
            {
                // Not JSON: the body itself is the message.
            }

            return Text.Trim() is { Length: > 0 } text ? text : $"response status {Status}";
        }
    }

    /// <summary>The body as JSON; an empty body or a wrong type is the fatal error that it is for the client.</summary>
    public T Json<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body, GoRules) ?? throw new ConvoxException("unexpected null");
        }
        catch (JsonException e)
        {
            throw new ConvoxException(
                Body.Length == 0 ? "unexpected end of JSON input" : $"bad JSON: {e.Message}",
                Status
            );
        }
    }

    /// <summary>Throws what the client would print.</summary>
    public WireResponse OrThrow() => Status < 400 ? this : throw new ConvoxException(ErrorText, Status);

    /// <summary>COMPAT: RFC 3339 with a zone; anything else is a fatal decode error for the client.</summary>
    private sealed partial class ZonedTime : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            var text = reader.GetString() ?? "";
            return Rfc3339().IsMatch(text)
                ? DateTimeOffset.Parse(text)
                : throw new JsonException($"not a time with a zone: '{text}'");
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$")]
        private static partial Regex Rfc3339();
    }
}
