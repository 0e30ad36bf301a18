using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;

namespace Palisade.Web.Console;

/// <summary>
/// Maps routes of the console API. Each must be followed by its operation, and by <see cref="Documented{TBuilder}"/>. A
/// body is read after the decision; a handler that answers <see cref="Done"/> answers 204.
/// </summary>
internal static class ConsoleRoutes
{
    public static IEndpointConventionBuilder ConsoleGet<TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, Task<Result<TAnswer>>> handler
    ) => routes.Map<TAnswer>("GET", pattern, handler.Method, StatusCodes.Status200OK, handler);

    /// <summary>Answers with content that is not JSON, or with headers of its own.</summary>
    public static IEndpointConventionBuilder ConsoleDownload(
        this IEndpointRouteBuilder routes,
        string pattern,
        WireHandler handler
    ) => routes.Wire("GET", pattern, handler).WithMetadata(handler.Method);

    public static IEndpointConventionBuilder ConsoleDelete<TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, Task<Result<TAnswer>>> handler
    ) => routes.Map<TAnswer>("DELETE", pattern, handler.Method, StatusCodes.Status200OK, Once(handler));

    /// <summary>An action without a body.</summary>
    public static IEndpointConventionBuilder ConsolePost<TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, Task<Result<TAnswer>>> handler
    ) => routes.Map<TAnswer>("POST", pattern, handler.Method, StatusCodes.Status200OK, Once(handler));

    public static IEndpointConventionBuilder ConsolePost<TBody, TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, TBody, Task<Result<TAnswer>>> handler
    ) => routes.Map("POST", pattern, handler, StatusCodes.Status200OK);

    /// <summary>A POST that creates: 201.</summary>
    public static IEndpointConventionBuilder ConsoleCreate<TBody, TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, TBody, Task<Result<TAnswer>>> handler
    ) => routes.Map("POST", pattern, handler, StatusCodes.Status201Created);

    public static IEndpointConventionBuilder ConsolePut<TBody, TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, TBody, Task<Result<TAnswer>>> handler
    ) => routes.Map("PUT", pattern, handler, StatusCodes.Status200OK);

    public static IEndpointConventionBuilder ConsolePatch<TBody, TAnswer>(
        this IEndpointRouteBuilder routes,
        string pattern,
        Func<WireRequest, TBody, Task<Result<TAnswer>>> handler
    ) => routes.Map("PATCH", pattern, handler, StatusCodes.Status200OK);

    /// <summary>What the OpenAPI document says of the route: one sentence, and the options of its query.</summary>
    public static TBuilder Documented<TBuilder>(
        this TBuilder route,
        string summary,
        params (string Name, string Description)[] query
    )
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new ConsoleDocumentation(summary, [.. query]));

    /// <summary>A write without a body to read.</summary>
    private static Func<WireRequest, Task<Result<TAnswer>>> Once<TAnswer>(
        Func<WireRequest, Task<Result<TAnswer>>> handler
    ) =>
        async request =>
            await IdempotencyHeader.ApplyAsync(request) is { } problem
                ? Result.Fail<TAnswer>(problem)
                : await handler(request);

    private static IEndpointConventionBuilder Map<TBody, TAnswer>(
        this IEndpointRouteBuilder routes,
        string method,
        string pattern,
        Func<WireRequest, TBody, Task<Result<TAnswer>>> handler,
        int status
    )
    {
        return routes
            .Map<TAnswer>(method, pattern, handler.Method, status, ReadAndHandleAsync)
            .WithMetadata(new Accepts(typeof(TBody)));

        async Task<Result<TAnswer>> ReadAndHandleAsync(WireRequest request)
        {
            var read = await ConsoleBody.ReadAsync<TBody>(request);
            return read.TryGet(out var body, out var problem)
                ? await handler(request, body)
                : Result.Fail<TAnswer>(problem);
        }
    }

    private static IEndpointConventionBuilder Map<TAnswer>(
        this IEndpointRouteBuilder routes,
        string method,
        string pattern,
        MethodInfo described,
        int status,
        Func<WireRequest, Task<Result<TAnswer>>> handler
    ) =>
        routes
            .Wire(
                method,
                pattern,
                async request => (await handler(request)).Map<Answer>(value => ConsoleAnswer.Of(value, status))
            )
            .WithMetadata(
                described,
                typeof(TAnswer) == typeof(Done)
                    ? new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent)
                    : new ProducesResponseTypeMetadata(status, typeof(TAnswer), ["application/json"])
            );

    private sealed record Accepts(Type RequestType) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = ["application/json"];

        public bool IsOptional => false;
    }
}
