using System.Text;

namespace Palisade.Driver;

/// <summary>
/// A span as it goes over the wire (opentelemetry/proto/trace/v1/trace.proto), with those attributes that are text.
/// </summary>
public sealed record OtlpSpan(
    string Trace,
    string Id,
    string Parent,
    string Name,
    IReadOnlyDictionary<string, string> Attributes
)
{
    /// <summary>All of an ExportTraceServiceRequest: resource_spans 1, scope_spans 2, spans 2.</summary>
    public static IEnumerable<OtlpSpan> Read(byte[] export) =>
        Messages(export, 1).SelectMany(r => Messages(r, 2)).SelectMany(s => Messages(s, 2)).Select(Of);

    private static OtlpSpan Of(ReadOnlyMemory<byte> span)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var attribute in Messages(span, 9))
        {
            if (
                Messages(attribute, 2).SelectMany(value => Messages(value, 1)).Select(Text).FirstOrDefault() is { } text
            )
            {
                attributes[Text(Messages(attribute, 1).First())] = text;
            }
        }

        return new(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(Messages(span, 5).First()), attributes);
    }

    private static string Hex(ReadOnlyMemory<byte> message, int field) =>
        Messages(message, field).Select(m => Convert.ToHexStringLower(m.Span)).FirstOrDefault("");

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    /// <summary>The values of a field that has a length.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int field)
    {
        for (var at = 0; at < message.Length; )
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    var length = (int)Varint(message, ref at);
                    if (tag >> 3 == (ulong)field)
                    {
                        yield return message.Slice(at, length);
                    }

                    at += length;
                    break;
            }
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
