using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Web.Terminals;

/// <summary>What a terminal of a page sends.</summary>
internal abstract record TerminalMessage
{
    /// <summary>Keys and pasted text: a binary frame.</summary>
    public sealed record Keys(ReadOnlyMemory<byte> Bytes) : TerminalMessage;

    /// <summary>The first message: what is to run, and where.</summary>
    public sealed record Start(TerminalStart What) : TerminalMessage;

    /// <summary>The terminal has another size.</summary>
    public sealed record Size(int Columns, int Rows) : TerminalMessage;

    /// <summary>Bytes of output that were drawn so far.</summary>
    public sealed record Drawn(long Bytes) : TerminalMessage;

    /// <summary>What a terminal does not send.</summary>
    public sealed record Malformed : TerminalMessage;

    /// <summary>One of the last four, from a text frame.</summary>
    public static TerminalMessage Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TerminalJson.Default.TerminalText) switch
            {
                { Start: { } start, Size: null, Drawn: null } => new Start(start),
                { Start: null, Size: [var columns, var rows], Drawn: null } when IsSize(columns, rows) => new Size(
                    columns,
                    rows
                ),
                { Start: null, Size: null, Drawn: >= 0 and var bytes } => new Drawn(bytes),
                _ => new Malformed(),
            };
        }
        catch (JsonException)
        {
            return new Malformed();
        }
    }

    public static bool IsSize(int columns, int rows) => columns is >= 1 and <= 1_000 && rows is >= 1 and <= 1_000;
}

/// <param name="Command">As in a shell, without its expansions.</param>
/// <param name="Process">Where to run it; null: in a new process of <paramref name="Service"/>.</param>
/// <param name="Service">Of which to start a process that ends with the command.</param>
internal sealed record TerminalStart(
    string Command,
    int Columns,
    int Rows,
    string? Process = null,
    string? Service = null
);

/// <summary>A text frame, either way.</summary>
internal sealed record TerminalText
{
    public TerminalStart? Start { get; init; }

    public int[]? Size { get; init; }

    public long? Drawn { get; init; }

    /// <summary>The process in which the command runs now.</summary>
    public string? Running { get; init; }

    /// <summary>It ended by itself.</summary>
    public int? Exit { get; init; }

    /// <summary>Why it did not begin, or was ended.</summary>
    public string? Problem { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(TerminalText))]
internal sealed partial class TerminalJson : JsonSerializerContext;
