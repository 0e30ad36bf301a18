using Palisade.Web.Components.Shell.Palette;

namespace Palisade.Browser.Tests;

public sealed class PlaceIndexTests
{
    private static readonly PlaceIndex Index = new([
        .. new[] { "Dashboard", "prod/shop", "prod/shop Logs", "prod/web-shop", "prod/logger", "test/shop" }.Select(
            name => new Place(name, $"/{name}")
        ),
    ]);

    [Theory]
    [InlineData("", "Dashboard|prod/shop|prod/shop Logs|prod/web-shop|prod/logger|test/shop")]
    [InlineData("shop", "prod/shop|test/shop|prod/web-shop|prod/shop Logs")]
    [InlineData("SHOP lo", "prod/shop Logs")]
    [InlineData("hop", "prod/shop|test/shop|prod/web-shop|prod/shop Logs")]
    [InlineData("ogs", "prod/shop Logs")]
    [InlineData("log", "prod/logger|prod/shop Logs")]
    [InlineData("nothing", "")]
    public void Every_word_is_in_the_name_and_beginnings_come_first(string query, string found) =>
        Assert.Equal(found, string.Join('|', Index.Find(query).Select(place => place.Name)));

    [Fact]
    public void More_than_a_glance_is_not_listed() =>
        Assert.Equal(
            PlaceIndex.Most,
            new PlaceIndex([.. Enumerable.Range(0, 100).Select(i => new Place($"app{i}", "/"))]).Find("app").Length
        );
}
