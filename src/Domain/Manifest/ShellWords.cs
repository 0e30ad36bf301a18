using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Manifest;

/// <summary>
/// Splits a command line into words with the quoting of POSIX sh (2.2 Quoting): single quotes, double quotes,
/// backslash. No expansion, no comments, no operators: <c>a &amp;&amp; b</c> is three words.
/// </summary>
public static class ShellWords
{
    /// <summary>Characters of one command line.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>
    /// <c>command.invalid</c> for an open quote, a trailing backslash, U+0000 or a line that is too long. Blank gives
    /// no words.
    /// </summary>
    public static Result<ImmutableArray<string>> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            return Refuse($"the command is longer than {MaxLength} characters", "put it in a script");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return Refuse("the command holds a NUL character", "remove it");
        }

        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        var (inWord, quote) = (false, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && quote != '\'')
            {
                if (++i == text.Length)
                {
                    return Refuse("the command ends in a backslash", "remove it or write two");
                }

                inWord |= text[i] != '\n';
                word.Append(Escaped(text[i], quote == '"'));
            }
            else if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '\'' or '"')
            {
                (inWord, quote) = (true, c);
            }
            else if (c is ' ' or '\t' or '\n' or '\r')
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }

                inWord = false;
            }
            else
            {
                inWord = true;
                word.Append(c);
            }
        }

        if (quote != '\0')
        {
            return Refuse(
                quote == '"' ? "the command has an open double quote" : "the command has an open single quote",
                "close the quote"
            );
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words.ToImmutable();
    }

    /// <summary>One line that <see cref="Split"/> gives the same words for.</summary>
    public static string Join(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return string.Join(
            ' ',
            words.Select(w =>
                w.Length > 0 && w.All(IsPlain) ? w : "'" + w.Replace("'", "'\\''", StringComparison.Ordinal) + "'"
            )
        );
    }

    // In double quotes a backslash stays unless it stands before one of these.
    private static string Escaped(char c, bool quoted) =>
        c switch
        {
            '\n' => "",
            '$' or '`' or '"' or '\\' => c.ToString(),
            _ => quoted ? "\\" + c : c.ToString(),
        };

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or ',' or '+' or '@' or '%';

    private static Invalid Refuse(string message, string remedy) =>
        new("command.invalid", message) { Suggestion = remedy };
}
