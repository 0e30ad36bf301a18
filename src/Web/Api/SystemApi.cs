using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>The rack itself (convox-wire.md 3.5).</summary>
internal static class SystemApi
{
    private const string JwtOff = "rack access keys are switched off here (S13); use a token or a deploy key";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/system", GetAsync).Operation(Operations.RackGet);
        routes.Put("/system", UpdateAsync).OperationByContent(Operations.RackUpdate, Operations.RackParamsSet);
        routes.Socket("/system/logs", StreamKind.Log, LogsAsync).Operation(Operations.RackLogs);
        routes.Get("/system/processes", ProcessesAsync).Operation(Operations.RackProcesses);
        routes.Get("/system/releases", ReleasesAsync).Operation(Operations.RackReleases);
        routes.Get("/system/capacity", CapacityAsync).Operation(Operations.RackMetrics);
        routes
            .Get("/system/metrics", Unsupported.Route("rack metrics", "none are kept yet"))
            .Operation(Operations.RackMetrics);
        routes.Post("/system/jwt/token", Off).Operation(Operations.RackAccess);
        routes.Put("/system/jwt/rotate", Off).Operation(Operations.RackAccessRotate);
        routes.Get("/instances", InstancesAsync).Operation(Operations.InstanceList);
        routes
            .Delete(
                "/instances/{id}",
                Unsupported.Route("terminating instances", "this rack's machine is not ours to end")
            )
            .Operation(Operations.InstanceTerminate);
        routes
            .Post(
                "/instances/keyroll",
                Unsupported.Route("rolling instance keys", "this rack's machine has none of ours")
            )
            .Operation(Operations.InstanceKeyroll);
        routes.Socket("/instances/{id}/shell", StreamKind.Command, ShellAsync).Operation(Operations.InstanceShell);
    }

    private static async Task<Result<Answer>> GetAsync(WireRequest request)
    {
        var found = await request
            .Service<IGrainFactory>()
            .GetGrain<IRackGrain>(request.Rack.ToString())
            .GetAsync(request.Caller, request.Aborted);
        if (!found.TryGet(out var rack, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var health = await request.Service<RackView>().HealthAsync(request, rack);
        var withParameters = await request
            .Service<IGate>()
            .AllowsAsync(request.Caller, Operations.RackParamsGet, Resource.Of(request.Rack), request.Aborted);
        return Answer.Json(
            new SystemJson
            {
                Count = 1,
                Domain = health.Domain,
                Name = rack.Name,
                Outputs = health.Problem is { } why
                    ? ImmutableSortedDictionary<string, string>.Empty.Add("Problem", why)
                    : null,
                Parameters = withParameters ? request.Service<RackView>().Parameters(rack) : null,
                Provider = rack.Provider,
                RackDomain = request.Context.Request.Host.Value ?? "",
                Region = "",
                Status = health.Healthy || rack.Status != "running" ? rack.Status : "failed",
                Type = "",
                Version = rack.Version,
            }
        );
    }

    private static async Task<Result<Answer>> UpdateAsync(WireRequest request)
    {
        if (!(await request.FormAsync()).TryGet(out var form, out var problem))
        {
            return Result.Fail<Answer>(problem);
        }

        var (parameters, version, count, type) = (
            form.Map("parameters"),
            form.Text("version", 64),
            form.Int("count", 0, 1_000),
            form.Text("type", 64)
        );
        form.Bool("force");
        var changesRack = version is not null;
        var decided = await request.RequireAsync(
            changesRack ? Operations.RackUpdate : Operations.RackParamsSet,
            Resource.Of(request.Rack)
        );
        if ((decided.Problem ?? form.Problem) is { } refusal)
        {
            return Result.Fail<Answer>(refusal);
        }

        if (count is not null || type is not null)
        {
            return Unsupported.Problem("scaling a rack", "this rack is one machine");
        }

        var grain = request.Service<IGrainFactory>().GetGrain<IRackGrain>(request.Rack.ToString());
        return (parameters, version) switch
        {
            (null, null) => new Invalid("option.invalid", "nothing to change: give parameters or version"),
            (not null, not null) => new Invalid("option.invalid", "change parameters and version one after the other"),
            (not null, null) => (await grain.SetParametersAsync(request.Caller, new(parameters), request.Aborted)).Map(
                Answer.From
            ),
            (null, not null) => (await grain.UpdateAsync(request.Caller, version, request.Aborted)).Map(Answer.From),
        };
    }

    private static async Task<Result<StreamEnd>> LogsAsync(OpenStream stream)
    {
        if (
            !(await stream.Request.RackStateAsync()).TryGet(out var rack, out var problem)
            || !(await stream.Request.Service<RackView>().LogsAsync(stream.Request, rack)).TryGet(
                out var logs,
                out problem
            )
            || !LogOptions.Read(stream.Request).TryGet(out var options, out problem)
        )
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await stream.OpenedAsync();
        return await LogStream.SendAsync(stream, logs, RackLog.Of(stream.Request.Rack), options.Query, options.Prefix);
    }

    private static async Task<Result<Answer>> ProcessesAsync(WireRequest request)
    {
        if (
            !request.Query().TryGet(out var query, out var problem)
            || !(await request.RackStateAsync()).TryGet(out var rack, out problem)
            || !(await request.Service<RackView>().LiveAsync(request, rack)).TryGet(out var live, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        var all = query.Bool("all") ?? false;
        if (query.Problem is { } bad)
        {
            return Result.Fail<Answer>(bad);
        }

        // The rack itself has no processes among containers; with all=true, those of the apps that the caller may see.
        var processes = new List<ProcessJson>();
        foreach (var app in all ? await request.Service<Records>().AppsAsync(request.Rack, request.Aborted) : [])
        {
            if (
                await request
                    .Service<IGate>()
                    .AllowsAsync(request.Caller, Operations.ProcessList, Resource.Of(app.Ref), request.Aborted)
            )
            {
                processes.AddRange(
                    (await live.ProcessesAsync(app.Ref, app.Id, request.Aborted)).Select(p =>
                        ProcessJson.Of(app.Name, p)
                    )
                );
            }
        }

        return Answer.Json(
            processes
                .OrderBy(p => p.App, StringComparer.Ordinal)
                .ThenBy(p => p.Name, StringComparer.Ordinal)
                .ThenBy(p => p.Id, StringComparer.Ordinal)
                .ToList()
        );
    }

    private static async Task<Result<Answer>> ReleasesAsync(WireRequest request) =>
        (await request.RackStateAsync()).Map(rack =>
            Answer.Json(new[] { new { id = rack.Version, created = DateTimeOffset.MinValue } })
        );

    private static async Task<Result<Answer>> CapacityAsync(WireRequest request) =>
        (await InstancesOfAsync(request)).Map(instances =>
            Answer.Json(
                new
                {
                    ClusterCpu = (long)instances.Sum(i => i.CpuCapacity * 1000),
                    ClusterMemory = (long)instances.Sum(i => i.MemoryCapacity),
                    ProcessCount = (long)instances.Sum(i => i.Processes),
                    ProcessCpu = (long)instances.Sum(i => i.Cpu * 1000),
                    ProcessMemory = (long)instances.Sum(i => i.Memory),
                }
            )
        );

    private static async Task<Result<Answer>> InstancesAsync(WireRequest request) =>
        (await InstancesOfAsync(request)).Map(instances => Answer.Json(instances.Select(InstanceJson.Of).ToList()));

    private static async Task<Result<ImmutableArray<RackInstance>>> InstancesOfAsync(WireRequest request) =>
        (await request.RackStateAsync()).TryGet(out var rack, out var problem)
        && (await request.Service<RackView>().LiveAsync(request, rack)).TryGet(out var live, out problem)
            ? await live.InstancesAsync(rack, request.Aborted)
            : Result.Fail<ImmutableArray<RackInstance>>(problem);

    private static Task<Result<Answer>> Off(WireRequest request) =>
        Task.FromResult<Result<Answer>>(new Forbidden("access.jwt_off", JwtOff));

    private static Task<Result<StreamEnd>> ShellAsync(OpenStream stream) =>
        Task.FromResult<Result<StreamEnd>>(
            Unsupported.Problem("a shell on an instance", "this rack's machine is not opened to its users")
        );

    private sealed record SystemJson
    {
        public required int Count { get; init; }

        public required string Domain { get; init; }

        public required string Name { get; init; }

        public ImmutableSortedDictionary<string, string>? Outputs { get; init; }

        /// <summary>Only for who may see them; absent for others, as the client takes it.</summary>
        public ImmutableSortedDictionary<string, string>? Parameters { get; init; }

        public required string Provider { get; init; }

        public required string RackDomain { get; init; }

        public required string Region { get; init; }

        public required string Status { get; init; }

        public required string Type { get; init; }

        public required string Version { get; init; }
    }

    private sealed record InstanceJson(
        string Id,
        string Status,
        string PrivateIp,
        string PublicIp,
        DateTimeOffset Started,
        int Processes,
        bool Agent,
        double Cpu,
        double CpuCapacity,
        double CpuAllocatable,
        double Memory,
        double MemoryCapacity,
        double MemoryAllocatable
    )
    {
        public static InstanceJson Of(RackInstance i) =>
            new(
                i.Id,
                i.Status,
                i.PrivateIp,
                "",
                i.Started,
                i.Processes,
                false,
                i.Cpu,
                i.CpuCapacity,
                i.CpuCapacity,
                i.Memory,
                i.MemoryCapacity,
                i.MemoryCapacity
            );
    }
}
