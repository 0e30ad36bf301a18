using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Orgs;
using Palisade.Grains.Users;
using Palisade.Web.Api;

namespace Palisade.Web.Console.People;

/// <summary>One's own account: name, password, second factor, and joining with an invite.</summary>
internal static class AccountApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/account", GetAsync).Operation(Operations.AccountGet).Documented("One's own account");
        api.ConsolePatch<ChangeAccountJson, Done>(
                "/account",
                (request, body) => Own(request).RenameAsync(request.Caller, body.Name, request.Aborted)
            )
            .Operation(Operations.AccountUpdate)
            .Documented("Change one's name");
        api.ConsolePut<ChangePasswordJson, Done>(
                "/account/password",
                (request, body) =>
                    Own(request)
                        .ChangePasswordAsync(request.Caller, new(body.Current), new(body.Replacement), request.Aborted)
            )
            .Operation(Operations.PasswordChange)
            .Documented("Change one's password, which ends one's sessions");
        api.ConsolePost<CodeJson, Done>(
                "/account/step-up",
                (request, body) => Own(request).ProveSecondFactorAsync(request.Caller, new(body.Code), request.Aborted)
            )
            .Operation(Operations.AccountConfirm)
            .Documented(
                "Prove one's second factor, for dangerous operations with the same token in the next ten minutes"
            );
        api.ConsolePost<PasswordJson, FactorJson>("/account/second-factor", ProposeAsync)
            .Operation(Operations.FactorEnroll)
            .Documented("Begin to set up a second factor: gives the secret for an authenticator app");
        api.ConsolePost<CodeJson, RecoveryCodesJson>(
                "/account/second-factor/confirm",
                async (request, body) =>
                    Codes(await Own(request).ConfirmSecondFactorAsync(request.Caller, new(body.Code), request.Aborted))
            )
            .Operation(Operations.FactorEnroll)
            .Documented("Confirm the second factor with a code of the app: gives the recovery codes");
        api.ConsoleDelete<Done>(
                "/account/second-factor",
                request => Own(request).RemoveSecondFactorAsync(request.Caller, request.Aborted)
            )
            .Operation(Operations.FactorRemove)
            .Documented("Remove one's second factor");
        api.ConsolePost<RecoveryCodesJson>(
                "/account/recovery-codes",
                async request => Codes(await Own(request).ReplaceRecoveryCodesAsync(request.Caller, request.Aborted))
            )
            .Operation(Operations.FactorCodes)
            .Documented("Make new recovery codes; the old ones are void");
        api.ConsolePost<InviteTokenJson, JoinedJson>(
                "/account/invites/accept",
                async (request, body) =>
                    (
                        await request
                            .Service<Invitations>()
                            .AcceptAsync(request.Caller, new(body.Token), request.Aborted)
                    ).Map(org => new JoinedJson(org))
            )
            .Operation(Operations.InviteAccept)
            .Documented("Join an organization with an invite");
    }

    internal static IUserGrain Own(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IUserGrain>(request.Caller.Principal.Id);

    private static async Task<Result<AccountJson>> GetAsync(WireRequest request) =>
        (await Own(request).GetAsync(request.Caller, request.Aborted)).Map(info => new AccountJson(
            info.Id,
            info.Email,
            info.Name,
            info.MustChangePassword,
            info.RecoveryCodesLeft,
            info.Organizations,
            info.SecondFactorSince
        ));

    private static async Task<Result<FactorJson>> ProposeAsync(WireRequest request, PasswordJson body) =>
        (await Own(request).ProposeSecondFactorAsync(request.Caller, new(body.Password), request.Aborted)).Map(
            draft => new FactorJson(draft.Secret.Reveal(), draft.Uri.Reveal())
        );

    private static Result<RecoveryCodesJson> Codes(Result<ImmutableArray<Sensitive<string>>> codes) =>
        codes.Map(c => new RecoveryCodesJson([.. c.Select(code => code.Reveal())]));
}
