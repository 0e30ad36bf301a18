using System.Text.Json.Serialization;

namespace Palisade.Domain.Audit.Sinks;

[GenerateSerializer, Alias("palisade.audit.sink-kind")]
[JsonConverter(typeof(JsonStringEnumConverter<SinkKind>))]
public enum SinkKind
{
    /// <summary>Signed POSTs to a URL (standardwebhooks.com).</summary>
    Webhook,

    /// <summary>Lines of JSON in a file of the data folder; the operator's only (S12).</summary>
    File,
}
