using Palisade.Web.Api;

namespace Palisade.Web.Hosting;

/// <summary>
/// What needs no sign-in: whether the process lives, and whether it would serve. They tell nothing else.
/// </summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapMethods("/healthz/live", ["GET", "HEAD"], context => WireAnswers.TextAsync(context, 200, "ok"))
            .WithMetadata(new OpenToAll());
        routes
            .MapMethods("/check", ["GET", "HEAD"], context => WireAnswers.TextAsync(context, 200, "ok"))
            .WithMetadata(new OpenToAll());
        routes
            .MapMethods(
                "/healthz/ready",
                ["GET", "HEAD"],
                context =>
                {
                    var why = context.RequestServices.GetService<IReadiness>() is { } readiness
                        ? readiness.NotReadyBecause
                        : "nothing says that it is ready";
                    return WireAnswers.TextAsync(
                        context,
                        why is null ? 200 : 503,
                        why is null ? "ok" : $"not ready: {why}"
                    );
                }
            )
            .WithMetadata(new OpenToAll());
    }
}
