using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Racks;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Racks;

/// <summary>What the console does with racks that the convox client can't ask for.</summary>
internal static class ConsoleRacksApi
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.ConsolePut<SetRackEnvironmentJson, Done>(
                "/orgs/{org}/racks/{rack}/environment",
                (request, body) =>
                    request
                        .Service<IGrainFactory>()
                        .GetGrain<IRackGrain>(request.Rack.ToString())
                        .SetEnvironmentAsync(request.Caller, body.Environment, request.Aborted)
            )
            .Operation(Operations.RackEnvironmentSet)
            .Documented("Change a rack's environment label; nothing that runs changes with it");
}

/// <param name="Environment"><c>development</c>, <c>staging</c> or <c>production</c>.</param>
public sealed record SetRackEnvironmentJson(string Environment);
