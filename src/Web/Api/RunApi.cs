using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary><c>convox run</c>: a one-off process of a service (convox-wire.md 3.3). All options are headers.</summary>
internal static class RunApi
{
    private static readonly string[] Unknown = ["Cpu-Limit", "Memory-Limit", "Gpu", "Gpu-Vendor", "Node-Labels"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .Post("/apps/{app}/services/{service}/processes", RunAsync)
            .OperationByContent(Operations.ProcessRun, Operations.ProcessRunPrivileged);

    private static async Task<Result<Answer>> RunAsync(WireRequest request)
    {
        if (
            !(await request.RequireAsync(Operations.ProcessRun, Resource.Of(request.App))).TryGet(
                out _,
                out var problem
            )
            || !Read(request).TryGet(out var run, out problem)
            || !(await AppOnRack.OfAsync(request)).TryGet(out var app, out problem)
        )
        {
            return Result.Fail<Answer>(problem);
        }

        return (await request.Service<OneOffs>().StartAsync(request.Caller, app, run, request.Aborted)).Map(started =>
            Answer.Json(ProcessJson.Of(app.App.Name, started))
        );
    }

    private static Result<OneOffWish> Read(WireRequest request)
    {
        var (headers, options) = (request.Headers, request.Service<IOptions<WebOptions>>().Value);
        var text = headers.Text("Command", ShellWords.MaxLength) ?? "";
        var environment = headers.Map("Environment");
        var (cpu, memory) = (headers.Int("Cpu", 1, 1_000_000), headers.Int("Memory", 1, 16_000_000));
        var release = headers.Text("Release", 20);
        if (release is not null && !Ids.IsRelease(release))
        {
            return Domain.Apps.AppProblems.NoSuchRelease(release);
        }

        // S24: what could leave the container's walls.
        if (
            (headers.Bool("Privileged") ?? false)
            || headers.Text("Volumes") is not null
            || headers.Text("Image") is not null
        )
        {
            return new Forbidden(
                "run.privileged",
                "running with Privileged, Volumes or another image is refused: the operator has not opened this rack for it"
            );
        }

        if (Unknown.FirstOrDefault(name => headers.Text(name) is not null) is { } unknown)
        {
            return Unsupported.Problem($"running with {unknown}", "leave it out");
        }

        if ((headers.Bool("Use-Service-Volume") ?? false) || (headers.Bool("System-Critical") ?? false))
        {
            return Unsupported.Problem("running with the service's volume or as system-critical", "leave it out");
        }

        if (headers.Problem is { } bad)
        {
            return Result.Fail<OneOffWish>(bad);
        }

        return ShellWords
            .Split(text)
            .Then<OneOffWish>(words =>
                words.IsEmpty
                    ? new Invalid("option.invalid", "Command must say what to run")
                    : new OneOffWish(
                        request.Route("service"),
                        text,
                        words,
                        LifetimeOf(words, options.MaxProcessLifetime)
                    )
                    {
                        Release = release,
                        Environment = environment ?? ImmutableSortedDictionary<string, string>.Empty,
                        Cpu = cpu,
                        Memory = memory,
                    }
            );
    }

    // COMPAT: attached runs start sleep N and exec into it (convox-wire.md 8.1, 17). N bounds an abandoned one.
    private static TimeSpan LifetimeOf(ImmutableArray<string> words, TimeSpan most) =>
        words is ["sleep", var text]
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && TimeSpan.FromSeconds(seconds) < most
            ? TimeSpan.FromSeconds(Math.Max(1, seconds))
            : most;
}
