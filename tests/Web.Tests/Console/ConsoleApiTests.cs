using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Users;
using Palisade.Web.Console;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Console;

public sealed class ConsoleApiTests(World world) : IClassFixture<World>
{
    [Fact]
    public async Task The_table_of_operations_is_what_the_domain_has_without_the_systems_own()
    {
        using var client = world.Client(rack: null);

        var table = await client.GetFromJsonAsync<OperationJson[]>("/api/v1/operations", ConsoleJson.Options);

        Assert.Equal(
            Operations.All.Where(o => o.Scope != OperationScope.System).Select(o => o.Name),
            table!.Select(o => o.Name)
        );
    }

    [Fact]
    public async Task A_bearer_token_signs_in_as_well_as_a_basic_one()
    {
        using var client = world.Client(rack: null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", world.Token);

        using var answer = await client.GetAsync("/api/v1/operations");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_document_that_says_what_to_do_and_carries_the_requests_id()
    {
        using var client = world.Client(World.NewToken(TokenKind.Cli));

        using var answer = await client.GetAsync("/api/v1/operations");

        var problem = JsonSerializer.Deserialize<ProblemJson>(
            await answer.Content.ReadAsStringAsync(),
            ConsoleJson.Options
        )!;
        Assert.Equal(
            (HttpStatusCode.Unauthorized, ProblemJson.ContentType),
            (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType)
        );
        Assert.Equal(
            (401, "Unauthorized", answer.Headers.GetValues("Request-Id").Single()),
            (problem.Status, problem.Title, problem.RequestId)
        );
        Assert.NotNull(problem.Code);
        Assert.NotNull(problem.Suggestion);
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("PATCH", "/api/v1/operations", 405)]
    public async Task Unknown_paths_and_methods_are_problem_documents_too(string method, string path, int status)
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await client.SendAsync(request);

        Assert.Equal(
            (status, ProblemJson.ContentType),
            ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_every_route_of_the_console_API()
    {
        using var client = world.Client();
        client.DefaultRequestHeaders.Authorization = null;

        using var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/openapi.json"));

        var described =
            from path in document.RootElement.GetProperty("paths").EnumerateObject()
            from method in path.Value.EnumerateObject()
            where method.Value.GetProperty("summary").GetString()!.Length > 10
            select $"{method.Name.ToUpperInvariant()} {path.Name}";
        var routes =
            from route in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where
                route.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal)
                && route.RoutePattern.RawText != "/api/v1/openapi.json"
            from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
            select $"{method} {route.RoutePattern.RawText}";
        Assert.Equal(routes.Order(), described.Order());
    }

    [Fact]
    public async Task Every_path_parameter_and_the_key_of_writes_is_declared()
    {
        using var client = world.Client();

        using var document = JsonDocument.Parse(await client.GetStringAsync("/api/v1/openapi.json"));

        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var method in path.Value.EnumerateObject())
            {
                Assert.Equal(
                    method.Name != "get",
                    method.Value.TryGetProperty("parameters", out var all)
                        && all.EnumerateArray().Any(p => p.GetProperty("name").GetString() == "Idempotency-Key")
                );
                var declared = method.Value.TryGetProperty("parameters", out var parameters)
                    ? parameters
                        .EnumerateArray()
                        .Where(p => p.GetProperty("in").GetString() == "path")
                        .Select(p => $"{{{p.GetProperty("name").GetString()}}}")
                    : [];
                Assert.Equal(path.Name.Split('/').Where(s => s.StartsWith('{')), declared);
            }
        }
    }
}
