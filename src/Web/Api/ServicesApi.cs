using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>Services of the active release, and where they answer (convox-wire.md 3.3).</summary>
internal static class ServicesApi
{
    private static readonly string[] Unknown = ["gpu", "gpu-vendor", "min", "max"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/apps/{app}/services", ListAsync).Operation(Operations.ServiceList);
        routes.Put("/apps/{app}/services/{service}", ScaleAsync).Operation(Operations.ServiceScale);
        routes.Post("/apps/{app}/services/{service}/restart", RestartAsync).Operation(Operations.ServiceRestart);
        routes
            .Get("/apps/{app}/services/{service}/metrics", Unsupported.Route("service metrics", "none are kept yet"))
            .Operation(Operations.AppMetrics);
        routes.Get("/apps/{app}/balancers", BalancersAsync).Operation(Operations.BalancerList);
    }

    private static async Task<Result<Answer>> ListAsync(WireRequest request) =>
        (await ShapesAsync(request)).Map(all => Answer.Json(all.Select(s => ServiceJson.Of(s.Shape, s.At)).ToList()));

    private static async Task<Result<Answer>> BalancersAsync(WireRequest request) =>
        (await ShapesAsync(request)).Map(all =>
            Answer.Json(
                (
                    from service in all
                    from endpoint in service.At
                    where !endpoint.Internal
                    select BalancerJson.Of(service.Shape, endpoint)
                ).ToList()
            )
        );

    private static async Task<Result<Answer>> ScaleAsync(WireRequest request)
    {
        if (!(await request.FormAsync()).TryGet(out var form, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var change = new ScaleOverride(
            form.Int("count", 0, 10_000),
            form.Int("cpu", 1, 1_000_000),
            form.Int("memory", 1, 16_000_000)
        );
        if (form.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        if (Unknown.FirstOrDefault(name => form.Text(name) is not null) is { } unknown)
        {
            return Unsupported.Problem($"scaling by {unknown}", "give count, cpu or memory");
        }

        return change is { Count: null, Cpu: null, Memory: null }
                ? new Invalid("option.invalid", "nothing to change: give count, cpu or memory")
            : Service(request) is not { } service ? AppProblems.NoSuchService(request.Route("service"))
            : (await AppsApi.Grain(request).ScaleAsync(request.Caller, service, change, null, request.Aborted)).Map(
                Answer.From
            );
    }

    private static async Task<Result<Answer>> RestartAsync(WireRequest request) =>
        Service(request) is { } service
            ? (await AppsApi.Grain(request).RestartAsync(request.Caller, service, null, request.Aborted)).Map(
                Answer.From
            )
            : AppProblems.NoSuchService(request.Route("service"));

    private static string? Service(WireRequest request) =>
        Names.IsValid(request.Route("service")) ? request.Route("service") : null;

    /// <summary>With where each answers; none when nothing was promoted.</summary>
    private static async Task<
        Result<ImmutableArray<(DesiredService Shape, ImmutableArray<ServiceEndpoint> At)>>
    > ShapesAsync(WireRequest request)
    {
        if (!(await AppOnRack.OfAsync(request)).TryGet(out var app, out var problem))
        {
            return Result.Fail<ImmutableArray<(DesiredService, ImmutableArray<ServiceEndpoint>)>>(problem);
        }

        var shapes =
            app.App.Release.Length == 0
                ? ImmutableArray<DesiredService>.Empty
                : await request
                    .Service<IReleaseShapes>()
                    .ServicesAsync(app.App, app.App.Release, app.Live.Features, request.Aborted);
        if (!shapes.TryGet(out var services, out problem))
        {
            return Result.Fail<ImmutableArray<(DesiredService, ImmutableArray<ServiceEndpoint>)>>(problem);
        }

        var found = ImmutableArray.CreateBuilder<(DesiredService, ImmutableArray<ServiceEndpoint>)>(services.Length);
        foreach (var s in services)
        {
            found.Add(
                (s, await app.Live.EndpointsAsync(app.App.Ref, s.Name, s.Port, s.Internal, s.Domains, request.Aborted))
            );
        }

        return found.MoveToImmutable();
    }

    private sealed record PortJson(int Balancer, int Container, string Certificate);

    private sealed record ServiceJson(
        string Name,
        int Count,
        int Cpu,
        int Memory,
        string Domain,
        ImmutableArray<PortJson> Ports
    )
    {
        public static ServiceJson Of(DesiredService s, ImmutableArray<ServiceEndpoint> endpoints)
        {
            var first = endpoints.IsEmpty ? null : endpoints[0];
            ImmutableArray<PortJson> ports = s.Port is { } port
                ? [new(first is { Internal: false } ? first.Port : 0, port, "")]
                : [];
            return new(s.Name, s.Count, s.Cpu, s.Memory, first?.Host ?? "", ports);
        }
    }

    private sealed record BalancerPortJson(string Protocol, int Source, int Target);

    private sealed record BalancerJson(
        string Name,
        string Service,
        string Endpoint,
        ImmutableArray<BalancerPortJson> Ports
    )
    {
        public static BalancerJson Of(DesiredService service, ServiceEndpoint endpoint) =>
            new(
                service.Name,
                service.Name,
                endpoint.Host,
                [new(endpoint.Tls ? "HTTPS" : "HTTP", endpoint.Port, service.Port ?? 0)]
            );
    }
}
