using System.Collections;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Web.Api;
using Palisade.Web.Console;

namespace Palisade.Web.Tests.Console;

/// <summary>
/// Every route of the console API with bad paths, queries and bodies, from who may use it: a 4xx, never a 500. Bodies
/// are made from the type that the route reads: right in all but one place. A new route is tried by itself.
/// </summary>
public sealed class BadBodyTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private static readonly string[] Values =
    [
        "%00",
        "%ff",
        "x%0d%0aSet-Cookie:a",
        new('a', 3000),
        "-",
        "%F0%9F%99%82",
        "a%2fb",
    ];

    private static readonly string[] Queries =
    [
        "limit=x",
        "limit=-1",
        "limit=99999999999",
        "cursor=%00",
        "cursor=YQ",
        "cursor=MSAxIHg",
        "from=x&to=y",
        "actor=%00",
        "a=%zz",
    ];

    private static readonly string[] Documents =
    [
        "",
        "{",
        "null",
        "[]",
        "\"text\"",
        "7",
        "{\"nothing\":1}",
        "{\"name\":1,\"name\":2}",
        new string('[', 500) + new string(']', 500),
    ];

    /// <summary>JSON texts that stand in the place of one member.</summary>
    private static readonly string[] Wrong =
    [
        "null",
        "true",
        "7",
        "-1",
        "1e400",
        "99999999999999999999",
        "\"\"",
        "\"x\"",
        "{}",
        "[]",
        "[null]",
        "{\"a\":{\"b\":[1]}}",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"%s%n\"",
        "\"../../etc/passwd\"",
        "\"2026-13-45T99:00:00Z\"",
        $"\"{new string('a', 100_000)}\"",
        $"[{string.Join(',', Enumerable.Repeat("\"x\"", 20_000))}]",
    ];

    private sealed record Route(string Method, string Pattern, OperationMetadata Access, Type? Body)
    {
        public string Who =>
            Access.Operations[0].Scope switch
            {
                OperationScope.Installation => ConsoleWorld.OperatorName,
                OperationScope.Account => "eve",
                _ => "ada",
            };

        public string Path(string value) =>
            Regex.Replace(Pattern, @"\{\*{0,2}(\w+)\}", m => m.Groups[1].Value == "org" ? ConsoleWorld.Org : value);
    }

    [Fact]
    public async Task Every_route_survives_bad_paths_queries_and_bodies()
    {
        var failures = new List<string>();
        var tried = 0;
        foreach (var route in Routes)
        {
            if (route.Access.Operations[0].Scope == OperationScope.Account)
            {
                // Such a route may end the credential that it is asked with.
                await world.IssueAsync(route.Who);
            }

            using var client = world.Client(route.Who);
            foreach (
                var path in Values
                    .Select(route.Path)
                    .Concat(route.Method == "GET" ? Queries.Select(q => $"{route.Path("x")}?{q}") : [])
            )
            {
                await CheckAsync(client, route, path, null, failures);
            }

            foreach (
                var body in route.Method == "GET"
                    ? []
                    : Documents.Concat(route.Body is null ? [] : Variants(route.Body))
            )
            {
                await CheckAsync(client, route, route.Path("x"), body, failures);
                tried++;
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(30)));
        Assert.True(tried > 100, $"{tried} bodies");
    }

    [Fact]
    public void A_sample_of_every_body_is_what_the_route_reads()
    {
        foreach (var route in Routes.Where(r => r.Body is not null))
        {
            var read = JsonSerializer.Deserialize(
                Sample(route.Body!)!.ToJsonString(),
                route.Body!,
                ConsoleJson.Options
            );

            Assert.True(read is not null, $"{route.Method} {route.Pattern}");
        }
    }

    private IEnumerable<Route> Routes =>
        from endpoint in world.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let access = endpoint.Metadata.GetMetadata<OperationMetadata>()
        where access is not null && ConsoleApi.Serves(endpoint.RoutePattern.RawText!)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select new Route(
            method,
            endpoint.RoutePattern.RawText!,
            access,
            endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType
        );

    /// <summary>The sample with one member left out, or with something wrong in its place, at any depth.</summary>
    private static IEnumerable<string> Variants(Type type)
    {
        var sample = Sample(type)!;
        foreach (var path in Places(sample, []))
        {
            yield return With(sample, path, null);
            foreach (var wrong in Wrong)
            {
                yield return With(sample, path, wrong);
            }
        }
    }

    private static IEnumerable<object[]> Places(JsonNode? node, object[] path)
    {
        IEnumerable<(object Key, JsonNode? Child)> children = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Select((child, i) => ((object)i, child)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            object[] place = [.. path, key];
            yield return place;
            foreach (var inner in Places(child, place))
            {
                yield return inner;
            }
        }
    }

    // The texts are put in afterwards: a lone surrogate can't be in a node.
    private static string With(JsonNode sample, object[] path, string? json)
    {
        const string Mark = "@here@";
        var copy = sample.DeepClone();
        var parent = path[..^1].Aggregate(copy, (node, key) => key is string name ? node[name]! : node[(int)key]!);
        switch (path[^1])
        {
            case string name when json is null:
                parent.AsObject().Remove(name);
                break;
            case string name:
                parent[name] = Mark;
                break;
            case int index when json is null:
                parent.AsArray().RemoveAt(index);
                break;
            case int index:
                parent[index] = Mark;
                break;
            default:
                break;
        }

        return copy.ToJsonString().Replace($"\"{Mark}\"", json, StringComparison.Ordinal);
    }

    /// <summary>A value that the type reads.</summary>
    private static JsonNode? Sample(Type type, int depth = 0)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            return "x";
        }

        if (type == typeof(bool))
        {
            return true;
        }

        if (type.IsEnum)
        {
            return Enum.GetNames(type)[^1];
        }

        if (type == typeof(DateTimeOffset) || type == typeof(DateTime))
        {
            return "2030-01-02T03:04:05Z";
        }

        if (type == typeof(TimeSpan))
        {
            return "01:00:00";
        }

        if (type.IsPrimitive || type == typeof(decimal))
        {
            return 1;
        }

        if (depth > 4)
        {
            return null;
        }

        if (DictionaryValue(type) is { } value)
        {
            return new JsonObject { ["x"] = Sample(value, depth + 1) };
        }

        if (typeof(IEnumerable).IsAssignableFrom(type))
        {
            return new JsonArray(Sample(type.GetElementType() ?? type.GetGenericArguments()[0], depth + 1));
        }

        var sample = new JsonObject();
        foreach (
            var member in ConsoleJson
                .Options.GetTypeInfo(type)
                .Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null)
        )
        {
            sample[member.Name] = Sample(member.PropertyType, depth + 1);
        }

        return sample;
    }

    private static Type? DictionaryValue(Type type) =>
        type.GetInterfaces()
            .Append(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            ?.GetGenericArguments()[1];

    private static async Task CheckAsync(
        HttpClient client,
        Route route,
        string path,
        string? body,
        List<string> failures
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        request.Content = body is null
            ? null
            : new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            {
                Headers = { { "Content-Type", "application/json" } },
            };
        using var answer = await client.SendAsync(request);
        if (
            answer.StatusCode >= HttpStatusCode.InternalServerError
            || (
                answer.StatusCode == HttpStatusCode.Unauthorized
                && route.Access.Operations[0].Scope != OperationScope.Account
            )
        )
        {
            failures.Add(
                $"{route.Method} {path} {(body is { Length: > 200 } ? body[..200] : body)}: {(int)answer.StatusCode}"
            );
        }
    }
}
