using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Web.Api;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Api;

public sealed class RouteTests(World world) : IClassFixture<World>
{
    private static readonly string[] Open = ["/healthz/live", "/healthz/ready", "/check", "/api/v1/openapi.json"];

    private IEnumerable<RouteEndpoint> Routes =>
        world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void S14_every_route_names_its_operation()
    {
        var nameless = Routes
            .Where(r => r.Metadata.GetMetadata<OperationMetadata>() is null)
            .Select(r => r.RoutePattern.RawText!)
            .Except(Open);

        Assert.Empty(nameless);
        Assert.Equal(
            Open.Order(),
            Routes
                .Where(r => r.Metadata.GetMetadata<OpenToAll>() is not null)
                .Select(r => r.RoutePattern.RawText!)
                .Order()
        );
        Assert.True(Routes.Count() > 90, "the table of routes is there");
    }

    [Fact]
    public void An_operation_decided_before_its_route_runs_finds_its_resource_in_the_path()
    {
        var lost = Routes.Where(r =>
            r.Metadata.GetMetadata<OperationMetadata>() is { Deferred: false } m
            && m.Operations[0].Scope == OperationScope.App
            && r.RoutePattern.GetParameter("app") is null
        );

        Assert.Empty(lost.Select(r => r.RoutePattern.RawText));
    }

    /// <summary>Posts that change nothing: what they ask is a document, too long for a URL.</summary>
    private static readonly string[] Questions =
    [
        "/api/v1/orgs/{org}/access/what-if",
        "/api/v1/orgs/{org}/access/plan",
    ];

    [Fact]
    public void Writes_do_not_hide_behind_reads()
    {
        var odd =
            from route in Routes
            let metadata = route.Metadata.GetMetadata<OperationMetadata>()
            where metadata is not null
            from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            where method is "POST" or "PUT" or "DELETE" or "PATCH"
            from operation in metadata.Operations
            where operation.Level != AccessLevel.Write && !Questions.Contains(route.RoutePattern.RawText)
            select $"{method} {route.RoutePattern.RawText}: {operation.Name}";

        Assert.Empty(odd);
    }

    [Fact]
    public async Task A_denied_operation_is_a_403_with_its_name_and_the_route_does_not_run()
    {
        using var client = world.Client();
        world.Gate.Denied[Operations.AppDelete] = true;

        using var answer = await client.DeleteAsync("/apps/web");

        world.Gate.Denied.TryRemove(Operations.AppDelete, out _);
        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Contains("app.delete", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("delete", world.Grains.Commands.OfType<string>());
    }

    [Theory]
    [InlineData("/nope", "GET", 404, "no such path")]
    [InlineData("/apps//builds/BAAAAAAAAAA", "GET", 404, "no such path")]
    [InlineData("/racks", "PATCH", 405, "does not answer to PATCH")]
    [InlineData("/apps/web/logs", "GET", 400, "websockets only")]
    [InlineData("/apps/Web", "GET", 404, "app not found")]
    [InlineData("/apps/we%2fb", "GET", 404, "app not found")]
    public async Task Unknown_paths_and_methods_get_a_clear_text(string path, string method, int status, string text)
    {
        var answer = await world.RawGetAsync(path, method);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains(text, answer, StringComparison.Ordinal);
    }
}
