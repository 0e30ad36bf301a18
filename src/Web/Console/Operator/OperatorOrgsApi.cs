using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
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
            .ConsoleCreate<CreateOrgJson, OrgJson>(
                "/orgs",
                (request, body) =>
                    ShownAsync(
                        request,
                        body.Name,
                        org => org.CreateAsync(request.Caller, body.Administrator, request.Aborted)
                    )
            )
            .Operation(Operations.OrgCreate)
            .Documented("Create an organization with its first Administrator");
        routes
            .ConsolePut<OrgQuotas, OrgJson>(
                "/orgs/{name}/quotas",
                (request, body) =>
                    ShownAsync(
                        request,
                        request.Route("name"),
                        org => org.SetQuotasAsync(request.Caller, body, request.Aborted)
                    )
            )
            .Operation(Operations.OrgQuotasSet)
            .Documented(
                "Replace what an organization may take; what is left out is the same as for every organization"
            );
        routes
            .ConsolePost<SuspendOrgJson, OrgJson>(
                "/orgs/{name}/suspend",
                (request, body) =>
                    ShownAsync(
                        request,
                        request.Route("name"),
                        org => org.SuspendAsync(request.Caller, body.Reason, request.Aborted)
                    )
            )
            .Operation(Operations.OrgSuspend)
            .Documented("Refuse an organization's people and keys everything; what runs goes on running");
        routes
            .ConsolePost<OrgJson>(
                "/orgs/{name}/resume",
                request =>
                    ShownAsync(request, request.Route("name"), org => org.ResumeAsync(request.Caller, request.Aborted))
            )
            .Operation(Operations.OrgSuspend)
            .Documented("End an organization's suspension");
    }

    private static async Task<Result<Page<OrgJson>>> ListAsync(WireRequest request) =>
        PageQuery.Of(request).TryGet(out var page, out var problem)
            ? page.Of(
                await request.Service<IViews>().ListAsync(page.Views("", ViewKinds.Org, ""), request.Aborted),
                row => Of(row.Json)
            )
            : Result.Fail<Page<OrgJson>>(problem);

    /// <summary>Does it, and gives the organization as it is then.</summary>
    private static async Task<Result<OrgJson>> ShownAsync(
        WireRequest request,
        string name,
        Func<IOrgGrain, Task<Result<Done>>> act
    )
    {
        // The name is the grain's key, so it is looked at before there is one.
        if (!Names.IsValid(name))
        {
            return new Invalid("org.name_invalid", $"{Printable.Of(name)} is not an organization's name")
            {
                Suggestion = $"use {Names.Rule}",
            };
        }

        var done = await act(request.Service<IGrainFactory>().GetGrain<IOrgGrain>(name));
        return done.TryGet(out _, out var problem)
            ? Of((await request.Service<IViews>().GetAsync("", ViewKinds.Org, name, request.Aborted))!)
            : Result.Fail<OrgJson>(problem);
    }

    private static OrgJson Of(string json)
    {
        var row = ViewJson.Read<OrgRow>(json);
        return new OrgJson(row.Name, row.Created, row.Suspended, row.Reason, row.Quotas);
    }
}
