using Palisade.Domain.Manifest;

namespace Palisade.Domain.Tests.Manifest;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  \t\n ", new string[0])]
    [InlineData("a b", new[] { "a", "b" })]
    [InlineData(" a  'b c' ", new[] { "a", "b c" })]
    [InlineData("'' \"\"", new[] { "", "" })]
    [InlineData("a'b'\"c\"d", new[] { "abcd" })]
    [InlineData("\"a \\\"b\\\" \\n $x \\$\"", new[] { "a \"b\" \\n $x $" })]
    [InlineData("'a\\'", new[] { "a\\" })]
    [InlineData("a\\ b", new[] { "a b" })]
    [InlineData("a\\\nb", new[] { "ab" })]
    [InlineData("a \\\n b", new[] { "a", "b" })]
    [InlineData("sh -c 'x && y # z'", new[] { "sh", "-c", "x && y # z" })]
    [InlineData("a && b # c", new[] { "a", "&&", "b", "#", "c" })]
    public void Split_follows_shell_quoting(string text, string[] words) =>
        Assert.Equal(words, ShellWords.Split(text).Value.AsEnumerable());

    [Theory]
    [InlineData("a 'b", "the command has an open single quote")]
    [InlineData("a \"b", "the command has an open double quote")]
    [InlineData("a\\", "the command ends in a backslash")]
    [InlineData("a\0b", "the command holds a NUL character")]
    public void Split_refuses_what_is_not_closed(string text, string message)
    {
        var problem = ShellWords.Split(text).Problem!;

        Assert.Equal(("command.invalid", message), (problem.Code, problem.Message));
    }

    [Fact]
    public void Split_keeps_its_bound()
    {
        Assert.True(ShellWords.Split(new string('a', ShellWords.MaxLength)).Ok);
        Assert.False(ShellWords.Split(new string('a', ShellWords.MaxLength + 1)).Ok);
    }

    [Fact]
    public void Join_gives_back_the_same_words()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        const string alphabet = "ab '\"\\$`\n\t#&=-%";
        for (var i = 0; i < 2_000; i++)
        {
            var words = Enumerable
                .Range(0, random.Next(5))
                .Select(_ => new string([
                    .. Enumerable.Range(0, random.Next(6)).Select(_ => alphabet[random.Next(alphabet.Length)]),
                ]))
                .ToArray();

            Assert.True(
                words.SequenceEqual(ShellWords.Split(ShellWords.Join(words)).Value),
                $"seed {seed}: {string.Join('|', words)}"
            );
        }
    }
}
