using Palisade.Web.Console;

namespace Palisade.Web.Tests.Console;

public sealed class ConsoleWorldTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Theory]
    [InlineData("ada", 200)]
    [InlineData("dev", 200)]
    [InlineData("eve", 200)]
    [InlineData(null, 401)]
    public async Task Whoever_is_signed_in_sees_the_table_of_operations(string? user, int status)
    {
        var answer = await world.SendAsync<OperationJson[]>(user, "GET", "/operations");

        Assert.Equal(status, answer.Status);
    }
}
