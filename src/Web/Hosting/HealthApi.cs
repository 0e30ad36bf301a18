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
                async context =>
                {
                    var why = context.RequestServices.GetService<IReadiness>() is { } readiness
                        ? await readiness.NotReadyBecauseAsync(context.RequestAborted)
                        : "nothing says that it is ready";
                    await WireAnswers.TextAsync(
                        context,
                        why is null ? 200 : 503,
                        why is null ? "ok" : $"not ready: {why}"
                    );
                }
            )
            .WithMetadata(new OpenToAll());
    }
}
