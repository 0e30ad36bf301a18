using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Storage.Views;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Operator;

/// <summary>Accounts as the operator sees them.</summary>
internal static class OperatorUsersApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .ConsoleGet("/users", ListAsync)
            .Operation(Operations.UserList)
            .Documented("Accounts, oldest first", [.. PageQuery.Options]);
        routes
            .ConsoleCreate<RegisterUserJson, CreatedJson>("/users", RegisterAsync)
            .Operation(Operations.UserRegister)
            .Documented("Create an account, whose password must be changed at the first sign-in");
        routes
            .ConsolePost<DisableUserJson, Done>("/users/{user}/disable", DisableAsync)
            .Operation(Operations.UserDisable)
            .Documented("Disable an account: its sessions, tokens and open streams end");
        routes
            .ConsolePost("/users/{user}/enable", EnableAsync)
            .Operation(Operations.UserDisable)
            .Documented("Enable an account again; what was ended stays ended");
        routes
            .ConsolePost<EraseUserJson, Done>("/users/{user}/erase", EraseAsync)
            .Operation(Operations.UserErase)
            .Documented(
                "Erase for good what is personal of somebody who is in no organization: account, and name, addresses and clients in every log"
            );
    }

    private static async Task<Result<Page<UserJson>>> ListAsync(WireRequest request)
    {
        if (!PageQuery.Of(request).TryGet(out var page, out var problem))
        {
            return Result.Fail<Page<UserJson>>(problem);
        }

        var rows = page.Of(
            await request.Service<IViews>().ListAsync(page.Views("", ViewKinds.User, ""), request.Aborted),
            row => ViewJson.Read<UserRow>(row.Json)
        );
        var people = request.Service<Grains.Users.People>();
        var users = new List<UserJson>();
        foreach (var row in rows.Items)
        {
            var person = await people.FindAsync(row.Id, request.Aborted);
            users.Add(
                new UserJson(
                    row.Id,
                    person?.Email ?? "",
                    person?.Name ?? "",
                    row.Created,
                    [.. person?.State.Orgs ?? []],
                    row.Disabled,
                    row.Erased
                )
            );
        }

        return new Page<UserJson>([.. users], rows.Next);
    }

    private static async Task<Result<CreatedJson>> RegisterAsync(WireRequest request, RegisterUserJson body)
    {
        var id = $"u{request.Service<IIdSource>().Hex(6)}";
        var command = new RegisterUser(body.Email, body.Name, new(body.Password), MustChangePassword: true);
        return (await Grain(request, id).RegisterAsync(request.Caller, command, request.Aborted)).Map(
            _ => new CreatedJson(id)
        );
    }

    private static Task<Result<Done>> DisableAsync(WireRequest request, DisableUserJson body) =>
        OfUserAsync(request, user => user.DisableAsync(request.Caller, body.Reason, request.Aborted));

    private static Task<Result<Done>> EnableAsync(WireRequest request) =>
        OfUserAsync(request, user => user.EnableAsync(request.Caller, request.Aborted));

    /// <summary>What can't be undone is asked for with the address as well, so that a wrong id erases nobody.</summary>
    private static Task<Result<Done>> EraseAsync(WireRequest request, EraseUserJson body) =>
        OfUserAsync(
            request,
            async user =>
            {
                var person = await request
                    .Service<Grains.Users.People>()
                    .FindAsync(request.Route("user"), request.Aborted);
                return EmailAddress.TryParse(body.Email, out var address) && person?.Email == address.Value
                    ? await user.EraseAsync(request.Caller, request.Aborted)
                    : new Conflict("user.other_email", "this account has another address")
                    {
                        Suggestion = "give its address, which GET /operator/users lists",
                    };
            }
        );

    /// <summary>
    /// Whether there is such an account. Any other text is no key of a grain, and no name of a stream.
    /// </summary>
    public static async Task<bool> ExistsAsync(WireRequest request, string id) =>
        await request.Service<IViews>().GetAsync("", ViewKinds.User, id, request.Aborted) is not null;

    private static async Task<Result<Done>> OfUserAsync(
        WireRequest request,
        Func<IUserGrain, Task<Result<Done>>> act
    ) =>
        await ExistsAsync(request, request.Route("user"))
            ? await act(Grain(request, request.Route("user")))
            : InstallationProblems.UserNotFound;

    private static IUserGrain Grain(WireRequest request, string id) =>
        request.Service<IGrainFactory>().GetGrain<IUserGrain>(id);
}
