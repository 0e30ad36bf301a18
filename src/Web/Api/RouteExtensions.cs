using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>Short forms for mapping routes through the pipeline. Each must be followed by its operation.</summary>
internal static class RouteExtensions
{
    public static IEndpointConventionBuilder Get(
        this IEndpointRouteBuilder routes,
        string pattern,
        WireHandler handler
    ) => routes.Wire("GET", pattern, handler);

    public static IEndpointConventionBuilder Post(
        this IEndpointRouteBuilder routes,
        string pattern,
        WireHandler handler
    ) => routes.Wire("POST", pattern, handler);

    public static IEndpointConventionBuilder Put(
        this IEndpointRouteBuilder routes,
        string pattern,
        WireHandler handler
    ) => routes.Wire("PUT", pattern, handler);

    public static IEndpointConventionBuilder Delete(
        this IEndpointRouteBuilder routes,
        string pattern,
        WireHandler handler
    ) => routes.Wire("DELETE", pattern, handler);

    public static IEndpointConventionBuilder Wire(
        this IEndpointRouteBuilder routes,
        string method,
        string pattern,
        WireHandler handler
    ) =>
        routes.MapMethods(
            pattern,
            [method],
            context => context.RequestServices.GetRequiredService<Pipeline>().InvokeAsync(context, handler)
        );

    /// <summary>
    /// A websocket. <paramref name="kind"/> says what it counts as and whether it ends with an exit code.
    /// </summary>
    public static IEndpointConventionBuilder Socket(
        this IEndpointRouteBuilder routes,
        string pattern,
        StreamKind kind,
        StreamHandler handler
    ) =>
        routes
            .MapMethods(
                pattern,
                ["GET"],
                context =>
                    context.RequestServices.GetRequiredService<StreamPipeline>().InvokeAsync(context, kind, handler)
            )
            .WithMetadata(new StreamRoute(kind));
}
