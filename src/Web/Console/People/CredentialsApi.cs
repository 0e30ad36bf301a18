using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Web.Api;

namespace Palisade.Web.Console.People;

/// <summary>One's sessions and CLI tokens.</summary>
internal static class CredentialsApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        Map(
            api,
            "/account/sessions",
            CredentialKinds.Session,
            Operations.SessionList,
            Operations.SessionUpdate,
            Operations.SessionRevoke
        );
        Map(
            api,
            "/account/tokens",
            CredentialKinds.Cli,
            Operations.TokenList,
            Operations.TokenUpdate,
            Operations.TokenRevoke
        );
        api.ConsoleCreate<NewTokenJson, TokenJson>(
                "/account/tokens",
                (request, body) =>
                    IssueAsync(
                        body,
                        command =>
                            AccountApi.Own(request).IssueCredentialAsync(request.Caller, command, request.Aborted)
                    )
            )
            .Operation(Operations.TokenCreate)
            .Documented("Make a CLI token, shown once");
        api.ConsolePost<NewTokenJson, TokenJson>(
                "/account/tokens/reset",
                (request, body) =>
                    IssueAsync(
                        body,
                        command => AccountApi.Own(request).ResetTokensAsync(request.Caller, command, request.Aborted)
                    )
            )
            .Operation(Operations.TokenReset)
            .Documented("Revoke all of one's CLI tokens and make a new one, shown once");
    }

    private static void Map(
        IEndpointRouteBuilder api,
        string path,
        string kind,
        Operation list,
        Operation update,
        Operation revoke
    )
    {
        api.ConsoleGet<ImmutableArray<CredentialJson>>(
                path,
                async request =>
                    (await AccountApi.Own(request).ListCredentialsAsync(request.Caller, kind, request.Aborted)).Map(
                        found => found.Select(Of).ToImmutableArray()
                    )
            )
            .Operation(list)
            .Documented("Those that are good now, with their last use");
        api.ConsolePatch<RenameJson, Done>(
                path + "/{id}",
                (request, body) =>
                    AccountApi
                        .Own(request)
                        .RenameCredentialAsync(request.Caller, kind, request.Route("id"), body.Name, request.Aborted)
            )
            .Operation(update)
            .Documented("Give it a name");
        api.ConsoleDelete<Done>(
                path + "/{id}",
                request =>
                    AccountApi
                        .Own(request)
                        .RevokeCredentialAsync(request.Caller, kind, request.Route("id"), request.Aborted)
            )
            .Operation(revoke)
            .Documented("Revoke it; what is open with it ends");
        api.ConsoleDelete<Done>(
                path,
                request => AccountApi.Own(request).RevokeOthersAsync(request.Caller, kind, request.Aborted)
            )
            .Operation(revoke)
            .Documented("Revoke all but the one that asks");
    }

    private static async Task<Result<TokenJson>> IssueAsync(
        NewTokenJson body,
        Func<IssueCredential, Task<Result<IssuedCredential>>> issue
    )
    {
        var lifetime = body.Days is { } days ? TimeSpan.FromDays(days) : CredentialRules.TokenLifetime;
        var issued = await issue(
            new IssueCredential(CredentialKinds.Cli, body.Name, lifetime) { Networks = body.Networks ?? [] }
        );
        return issued.Map(token => new TokenJson(token.Id, token.Secret.Reveal(), token.Expires));
    }

    private static CredentialJson Of(CredentialInfo info) =>
        new(
            info.Id,
            info.Name,
            info.Created,
            info.Expires,
            info.Networks,
            info.Current,
            info.LastUsed,
            info.LastIp,
            info.LastClient
        );
}
