using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Orgs;
using Palisade.Storage.Views;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Operator;

/// <summary>Organizations as the operator sees them: that they are there, and nothing inside.</summary>
internal static class OperatorOrgsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .ConsoleGet("/orgs", ListAsync)
            .Operation(Operations.OrgList)
            .Documented("Organizations", [.. PageQuery.Options]);
        routes
            .ConsoleCreate<CreateOrgJson, OrgJson>("/orgs", CreateAsync)
            .Operation(Operations.OrgCreate)
            .Documented("Create an organization with its first Administrator");
    }

    private static async Task<Result<Page<OrgJson>>> ListAsync(WireRequest request) =>
        PageQuery.Of(request).TryGet(out var page, out var problem)
            ? page.Of(
                await request.Service<IViews>().ListAsync(page.Views("", ViewKinds.Org, ""), request.Aborted),
                row => ViewJson.Read<OrgJson>(row.Json)
            )
            : Result.Fail<Page<OrgJson>>(problem);

    private static async Task<Result<OrgJson>> CreateAsync(WireRequest request, CreateOrgJson body)
    {
        // The name is the grain's key, so it is looked at before there is one.
        if (!Names.IsValid(body.Name))
        {
            return new Invalid("org.name_invalid", $"{Printable.Of(body.Name)} is not an organization's name")
            {
                Suggestion = $"use {Names.Rule}",
            };
        }

        var created = await request
            .Service<IGrainFactory>()
            .GetGrain<IOrgGrain>(body.Name)
            .CreateAsync(request.Caller, body.Administrator, request.Aborted);
        return created.TryGet(out _, out var problem)
            ? ViewJson.Read<OrgJson>(
                (await request.Service<IViews>().GetAsync("", ViewKinds.Org, body.Name, request.Aborted))!
            )
            : Result.Fail<OrgJson>(problem);
    }
}
