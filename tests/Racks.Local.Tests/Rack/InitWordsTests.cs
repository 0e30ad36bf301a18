using Palisade.Racks.Local.Rack;

namespace Palisade.Racks.Local.Tests.Rack;

public sealed class InitWordsTests
{
    [Fact]
    public void A_command_that_is_not_in_the_image_is_told_as_that() =>
        Assert.StartsWith(
            "the command could not be started: No such file or directory. Its first word has to be",
            InitWords.Explain("ERROR (catatonit:6): failed to exec pid1: No such file or directory"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("")]
    [InlineData("listening on 3000")]
    [InlineData("failed to exec pid1: what an app says")]
    [InlineData("ERROR (catatonit:6): something else")]
    public void What_else_is_said_stays(string line) => Assert.Equal(line, InitWords.Explain(line));
}
