using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Builds;
using Palisade.Web.Api;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Console.Builds;

/// <summary>What the console does with builds that the convox client can't ask for.</summary>
internal static class ConsoleBuildsApi
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.ConsolePost<Done>("/orgs/{org}/racks/{rack}/apps/{app}/builds/{build}/cancel", CancelAsync)
            .Operation(Operations.BuildCancel)
            .Documented("Stop a build that waits or runs; it has failed from this moment on");

    private static async Task<Result<Done>> CancelAsync(WireRequest request)
    {
        var id = request.Route("build");
        return Ids.IsBuild(id)
            ? await request
                .Service<IGrainFactory>()
                .GetGrain<IBuildGrain>(new BuildRef(request.App, id).ToString())
                .CancelAsync(request.Caller, request.Aborted)
            : BuildProblems.NotFound(Clean.Name(id));
    }
}
