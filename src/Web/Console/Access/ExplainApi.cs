using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Access;

/// <summary>Why, who can, what can and what if.</summary>
internal static class ExplainApi
{
    private const int MaxText = 200;

    public static void Map(IEndpointRouteBuilder api)
    {
        // One may ask about oneself without the right to explain others: the query service decides, and records a
        // refusal.
        api.ConsoleGet("/orgs/{org}/access/decisions/{id}", WhyAsync)
            .OperationByContent(Operations.AccessExplain)
            .Documented("Why a request was refused, by the decision id that its answer told");
        api.ConsoleGet("/orgs/{org}/access/what-can", WhatCanAsync)
            .OperationByContent(Operations.AccessExplain)
            .Documented(
                "What a member may do on a resource",
                ("user", "A member; oneself by default"),
                ("resource", "staging, staging/web, or nothing for the organization")
            );
        api.ConsoleGet("/orgs/{org}/access/who-can", WhoCanAsync)
            .Operation(Operations.AccessExplain)
            .Documented(
                "Which members and deploy keys may do an operation on a resource, and through which roles and groups",
                ("operation", "Name of an operation"),
                ("resource", "staging, staging/web, or nothing for the organization")
            );
        api.ConsolePost<WhatIfBody, WhatIfAnswer>("/orgs/{org}/access/what-if", WhatIfAsync)
            .Operation(Operations.AccessExplain)
            .Documented(
                "What a change would do: who gains and loses what, and which requests of the last 90 days change"
            );
        api.ConsoleGet("/orgs/{org}/members/{user}/unused", UnusedAsync)
            .Operation(Operations.AccessExplain)
            .Documented("What of a member's roles that member did not use in the last 90 days");
        api.ConsoleGet("/orgs/{org}/keys/{id}/unused", UnusedByKeyAsync)
            .Operation(Operations.AccessExplain)
            .Documented("What of a deploy key's roles, its default operations too, it did not use in the last 90 days");
    }

    private static Task<Result<WhyAnswer>> WhyAsync(WireRequest request)
    {
        request.DecidedByItem();
        return request.Service<AccessQueries>().WhyAsync(request.Caller, request.Route("id"), request.Aborted);
    }

    private static async Task<Result<ImmutableArray<OperationVerdict>>> WhatCanAsync(WireRequest request)
    {
        request.DecidedByItem();
        var asked = request
            .Query()
            .Then(query =>
                ResourceOf(query.Text("resource", MaxText))
                    .Map(resource => (User: query.Text("user", MaxText), Resource: resource))
            );
        return asked.TryGet(out var question, out var problem)
            ? await request
                .Service<AccessQueries>()
                .WhatCanAsync(
                    request.Caller,
                    question.User ?? request.Caller.Principal.Id,
                    question.Resource,
                    request.Aborted
                )
            : Result.Fail<ImmutableArray<OperationVerdict>>(problem);
    }

    private static async Task<Result<ImmutableArray<Able>>> WhoCanAsync(WireRequest request)
    {
        var asked = request
            .Query()
            .Then(query =>
                OperationOf(query.Text("operation", MaxText))
                    .Then(operation =>
                        ResourceOf(query.Text("resource", MaxText))
                            .Map(resource => (Operation: operation, Resource: resource))
                    )
            );
        return asked.TryGet(out var question, out var problem)
            ? await request
                .Service<AccessQueries>()
                .WhoCanAsync(request.Caller, question.Operation, question.Resource, request.Aborted)
            : Result.Fail<ImmutableArray<Able>>(problem);
    }

    private static async Task<Result<WhatIfAnswer>> WhatIfAsync(WireRequest request, WhatIfBody body) =>
        body.ToProposal().TryGet(out var proposal, out var problem)
            ? await request.Service<AccessQueries>().WhatIfAsync(request.Caller, proposal, request.Aborted)
            : Result.Fail<WhatIfAnswer>(problem);

    private static async Task<Result<ImmutableArray<RightSizedJson>>> UnusedAsync(WireRequest request) =>
        Sized(
            await request.Service<AccessQueries>().UnusedByAsync(request.Caller, request.Route("user"), request.Aborted)
        );

    private static async Task<Result<ImmutableArray<RightSizedJson>>> UnusedByKeyAsync(WireRequest request) =>
        Sized(
            await request
                .Service<AccessQueries>()
                .UnusedByKeyAsync(request.Caller, request.Route("id"), request.Aborted)
        );

    private static Result<ImmutableArray<RightSizedJson>> Sized(
        Result<ImmutableArray<(Role Role, RightSized Sized)>> sized
    ) => sized.Map(all => all.Select(x => RightSizedJson.Of(x.Role.Id, x.Sized)).ToImmutableArray());

    private static Result<Operation> OperationOf(string? name) =>
        Operations.Find(name) is { } operation
            ? operation
            : new Invalid("access.unknown_operation", $"no operation is called {Printable.Of(name)}")
            {
                Suggestion = "GET /api/v1/operations lists them",
            };

    private static Result<Resource> ResourceOf(string? text) =>
        Resource.TryParse(text ?? "", out var resource)
            ? resource
            : new Invalid("access.bad_resource", $"{Printable.Of(text)} names no resource")
            {
                Suggestion = "write staging or staging/web, or leave it out for the organization",
            };
}
