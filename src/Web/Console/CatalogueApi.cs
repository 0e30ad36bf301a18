using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Web.Api;

namespace Palisade.Web.Console;

/// <summary>What any signed-in principal may know: the table of operations that roles and records name.</summary>
internal static class CatalogueApi
{
    private static readonly ImmutableArray<OperationJson> Table =
    [
        .. Operations
            .All.Where(o => o.Scope != OperationScope.System)
            .Select(o => new OperationJson(
                o.Name,
                o.Type,
                o.Level,
                o.Scope,
                o.Description,
                o.AdminOnly,
                o.Reveal,
                o.Enters
            )),
    ];

    public static void Map(IEndpointRouteBuilder api) =>
        api.ConsoleGet("/operations", List)
            .OperationByContent(Operations.AccountGet)
            .Documented("The operations that a role can grant and a record can name");

    private static Task<Result<ImmutableArray<OperationJson>>> List(WireRequest request)
    {
        request.DecidedByItem();
        return Task.FromResult(Result.Of(Table));
    }
}
