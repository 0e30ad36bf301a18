using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Jobs;

/// <summary>
/// A job's draft as stored: <c>{"draft":…,"person":…}</c>, what is personal of its caller sealed as in entries (S30).
/// Refuses secrets as events do.
/// </summary>
internal static class JobJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="key">Null when nothing is personal of the caller, or not any more.</param>
    public static string Write(JobDraft job, DataKey? key)
    {
        var caller = job.Caller;
        var isProcess = caller.Principal.Kind == PrincipalKind.System;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WritePropertyName("draft");
        JsonSerializer.Serialize(writer, isProcess ? job : With(job, new("", "", "")), EventJson.Options);
        if (key is not null)
        {
            writer.WritePropertyName("person");
            PersonSeal.Write(writer, key, new(caller.Principal.Name, caller.Ip, caller.Client), job.Id);
        }

        writer.WriteEndObject();
        writer.Flush();
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Without what is personal; see <see cref="OpenAsync"/>.</summary>
    public static StoredDraft Read(string json)
    {
        using var stored = JsonDocument.Parse(json);
        var root = stored.RootElement;
        return root.TryGetProperty("draft", out var draft)
            ? new(
                draft.Deserialize<JobDraft>(EventJson.Options)!,
                root.TryGetProperty("person", out var person) ? person.Clone() : null
            )
            // COMPAT: as written before personal values were sealed.
            : new(root.Deserialize<JobDraft>(EventJson.Options)!, null);
    }

    /// <summary>With what is personal of its caller, unless that was erased.</summary>
    public static async ValueTask<JobDraft> OpenAsync(
        StoredDraft stored,
        PersonKeys people,
        CancellationToken cancellationToken
    ) =>
        stored.Person is { } person
        && (await people.OpenAsync(person, stored.Draft.Id, cancellationToken)).Fields is { } fields
            ? With(stored.Draft, fields)
            : stored.Draft;

    private static JobDraft With(JobDraft job, PersonalFields fields) =>
        job with
        {
            Caller = job.Caller with
            {
                Principal = job.Caller.Principal with { Name = fields.Name },
                Ip = fields.Ip,
                Client = fields.Client,
            },
        };
}

/// <param name="Person">What is personal of its caller, sealed.</param>
internal readonly record struct StoredDraft(JobDraft Draft, JsonElement? Person);
