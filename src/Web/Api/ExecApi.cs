using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Racks;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>Commands inside processes, and connections into the rack's network (convox-wire.md 3.3).</summary>
internal static class ExecApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .Socket("/apps/{app}/processes/{pid}/exec", StreamKind.Command, ExecAsync)
            .OperationByContent(Operations.AppExec, Operations.ProcessRunExec);
        routes.Socket("/proxy/{host}/{port}", StreamKind.Relay, ProxyAsync).OperationByContent(Operations.AppProxy);
    }

    private static async Task<Result<StreamEnd>> ExecAsync(OpenStream stream)
    {
        var request = stream.Request;
        if (
            !(await OwnProcess.RequireAsync(request, Operations.ProcessRunExec, Operations.AppExec)).TryGet(
                out _,
                out var problem
            )
            || !(await AppOnRack.OfAsync(request)).TryGet(out var app, out problem)
            || !(await app.FindForExecAsync(request.Route("pid"), stream.Ended)).TryGet(out var process, out problem)
            || !(await ReadAsync(stream, process)).TryGet(out var exec, out problem)
        )
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await stream.OpenedAsync(ExecDetails.Of(process.Id, exec.Command));
        var opened = await app.Live.ExecAsync(app.App.Ref, app.App.Id, process.Id, exec, stream.Ended);
        if (!opened.TryGet(out var session, out problem))
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await using (session)
        {
            return new StreamEnd(await Relay.CommandAsync(stream.Peer, session));
        }
    }

    private static async Task<Result<ExecRequest>> ReadAsync(OpenStream stream, ObservedProcess process)
    {
        var headers = stream.Request.Headers;
        var text = headers.Text("Command", ShellWords.MaxLength) ?? "";
        var (tty, entrypoint) = (headers.Bool("Tty") ?? true, headers.Bool("Entrypoint") ?? false);
        var (height, width) = (headers.Int("Height", 0, 10_000), headers.Int("Width", 0, 10_000));
        if (headers.Problem is { } bad)
        {
            return Result.Fail<ExecRequest>(bad);
        }

        var prefix = entrypoint ? await EntrypointAsync(stream, process) : "";
        return ShellWords
            .Split(prefix)
            .Then(first =>
                ShellWords
                    .Split(text)
                    .Then<ExecRequest>(words =>
                        words.IsEmpty
                            ? new Invalid("option.invalid", "Command must say what to run")
                            : new ExecRequest
                            {
                                Command = [.. first, .. words],
                                Tty = tty,
                                Height = height is > 0 ? height.Value : 24,
                                Width = width is > 0 ? width.Value : 80,
                            }
                    )
            );
    }

    private static async Task<string> EntrypointAsync(OpenStream stream, ObservedProcess process)
    {
        var (records, app) = (stream.Request.Service<Records>(), stream.Request.App);
        var release = await records.ReleaseAsync(app, process.Release, stream.Ended);
        var build = release is null ? null : await records.BuildAsync(app, release.Build, stream.Ended);
        return build?.Entrypoint ?? "";
    }

    /// <summary>
    /// The host must name a service of an app of this rack (S29), as <c>service.app</c>,
    /// <c>service.app.convox.local</c> or its routed name; the app decides access.
    /// </summary>
    private static async Task<Result<StreamEnd>> ProxyAsync(OpenStream stream)
    {
        var request = stream.Request;
        var host = request.Route("host").TrimEnd('.').ToLowerInvariant();
        if (
            !int.TryParse(request.Route("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65_535
        )
        {
            return new Invalid("proxy.port_invalid", "the port must be 1 to 65535");
        }

        var labels = host.Split('.', 3);
        var tails = (string[])["", "convox.local", $"{request.Rack.Rack}.{request.Rack.Org}.localhost"];
        if (
            labels.Length < 2
            || !Names.IsValid(labels[0])
            || !Names.IsValid(labels[1])
            || !tails.Contains(labels.Length > 2 ? labels[2] : "")
        )
        {
            return Unknown(request, host);
        }

        var app = new AppRef(request.Rack, labels[1]);
        if (!(await request.RequireAsync(Operations.AppProxy, Resource.Of(app))).TryGet(out _, out var problem))
        {
            return Result.Fail<StreamEnd>(problem);
        }

        if (await request.Service<Records>().AppAsync(app, stream.Ended) is null)
        {
            return Unknown(request, host);
        }

        if (
            !(await request.RackStateAsync()).TryGet(out var rack, out problem)
            || !(await request.Service<RackView>().LiveAsync(request, rack)).TryGet(out var live, out problem)
        )
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await stream.OpenedAsync(("host", host), ("port", port.ToString(CultureInfo.InvariantCulture)));
        // The rack knows it by one of its names only.
        var name = $"{labels[0]}.{labels[1]}.convox.local";
        if (!(await live.ProxyAsync(request.Rack, name, port, stream.Ended)).TryGet(out var target, out problem))
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await using (target)
        {
            await Relay.BytesAsync(stream.Peer, target);
            return StreamEnd.Done;
        }
    }

    private static NotFound Unknown(WireRequest request, string host) =>
        new("proxy.host_unknown", $"{Printable.Of(host)} is no service of rack {request.Rack}")
        {
            Suggestion = "use SERVICE.APP.convox.local",
        };
}
