using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>
/// <c>convox logs</c>, and the events that people see while they wait for a deploy (convox-wire.md 5.6).
/// </summary>
internal static class LogsApi
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.Socket("/apps/{app}/logs", StreamKind.Log, LogsAsync).Operation(Operations.AppLogs);

    private static async Task<Result<StreamEnd>> LogsAsync(OpenStream stream)
    {
        var request = stream.Request;
        if (
            !(await request.AppViewAsync()).TryGet(out _, out var problem)
            || !(await request.RackStateAsync()).TryGet(out var rack, out problem)
            || !(await request.Service<RackView>().LogsAsync(request, rack)).TryGet(out var logs, out problem)
            || !LogOptions.Read(request).TryGet(out var options, out problem)
        )
        {
            return Result.Fail<StreamEnd>(problem);
        }

        await stream.OpenedAsync();
        return await LogStream.SendAsync(stream, logs, $"app/{request.App}", options.Query, options.Prefix);
    }
}
