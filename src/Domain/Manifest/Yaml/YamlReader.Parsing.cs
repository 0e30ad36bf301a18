using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>The steps of the parser, whose failures are problems of the text.</summary>
internal sealed partial class YamlReader
{
    // The library answers some malformed text with an exception of a bug (16.3.0: a colon on a line of its own in a
    // flow map). From here it can only be about the text, so it is a problem of the text.
    private void Advance()
    {
        var reached = _parser.Current is { } current ? At(current.End) : 0;
        try
        {
            _parser.MoveNext();
        }
        catch (Exception bug)
            when (bug
                    is InvalidOperationException
                        or ArgumentException
                        or IndexOutOfRangeException
                        or NullReferenceException
                        or FormatException
                        or OverflowException
            )
        {
            throw new FormException(
                reached,
                "not valid YAML after this",
                "check the indentation, quotes and brackets here and below"
            );
        }
    }

    private void Expect<T>()
        where T : ParsingEvent
    {
        if (_parser.Current is not T)
        {
            throw new FormException(
                _source.Text.Length,
                "the document does not end where it should",
                "check the indentation"
            );
        }

        Advance();
    }

    private static FormException TooBig(int at) =>
        new(
            at,
            $"more than {ManifestLimits.Nodes} values, counting each use of an alias",
            "use fewer or smaller aliases"
        );

    private int At(Mark mark) => _source.TextIndex(mark.Line, mark.Column);

    private static string LastSentence(string message) =>
        message[(message.LastIndexOf("): ", StringComparison.Ordinal) is var i && i < 0 ? 0 : i + 3)..];

    /// <summary>Ends the reading of one document; never leaves this class.</summary>
    private sealed class FormException(int at, string message, string remedy) : Exception(message)
    {
        public int At { get; } = at;

        public string Remedy { get; } = remedy;
    }
}
