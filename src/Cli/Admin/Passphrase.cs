using System.CommandLine;
using System.Text;
using Palisade.Storage;

namespace Palisade.Cli.Admin;

/// <summary>Asks for a passphrase. SECURITY: it is never an argument, and is not shown while it is typed.</summary>
internal static class Passphrase
{
    public static readonly Option<string?> File = new("--passphrase-file")
    {
        Description = "File whose first line is the passphrase, or - for standard input; default: it is asked for",
    };

    public static string Read(ParseResult parsed, bool twice)
    {
        if (parsed.GetValue(File) is { } path)
        {
            using var reader = path == "-" ? Console.In : new StreamReader(path);
            return reader.ReadLine() ?? "";
        }

        if (Console.IsInputRedirected)
        {
            throw new StoreUnusableException("There is no terminal to ask for a passphrase; give --passphrase-file.");
        }

        var given = Ask("Passphrase: ");
        return !twice || Ask("The same again: ") == given
            ? given
            : throw new StoreUnusableException("The two passphrases differ.");
    }

    private static string Ask(string prompt)
    {
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        for (var key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(true))
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
