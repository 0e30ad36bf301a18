using System.Collections.Immutable;
using OtpNet;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Account =>
        [
            Case(
                Operations.SignIn,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "signs-in");
                    return async () => Ok(await una.IssueCredentialAsync(Self("signs-in"), Session));
                },
                "session.*: added (secret)",
                "session.*.expires: added *"
            ),
            Case(
                Operations.SignOut,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "signs-out");
                    var session = Ok(await una.IssueCredentialAsync(Self("signs-out"), Session));
                    var caller = Self("signs-out") with { CredentialId = session.Id };
                    return async () => Ok(await una.RevokeCredentialAsync(caller, CredentialKinds.Session, session.Id));
                },
                "session.*: removed (secret)",
                "session.*.expires: removed *"
            ),
            Case(
                Operations.SessionUpdate,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "names");
                    var session = Ok(await una.IssueCredentialAsync(Self("names"), Session));
                    return async () =>
                        Ok(
                            await una.RenameCredentialAsync(
                                Self("names"),
                                CredentialKinds.Session,
                                session.Id,
                                "linnet at home"
                            )
                        );
                },
                "session.*.name: added (sealed)"
            ),
            Case(
                Operations.SessionRevoke,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "ends");
                    Ok(await una.IssueCredentialAsync(Self("ends"), Session));
                    return async () => Ok(await una.RevokeOthersAsync(Self("ends"), CredentialKinds.Session));
                },
                "session: removed all others"
            ),
            Case(
                Operations.TokenCreate,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "makes");
                    return async () => await TokenAsync(una, "makes");
                },
                "cli.*: added (secret)",
                "cli.*.name: added (sealed)",
                "cli.*.expires: added *",
                "cli.*.networks: added (sealed)"
            ),
            Case(
                Operations.TokenUpdate,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "renames");
                    var token = await TokenAsync(una, "renames");
                    return async () =>
                        Ok(
                            await una.RenameCredentialAsync(
                                Self("renames"),
                                CredentialKinds.Cli,
                                token.Id,
                                "linnet desktop"
                            )
                        );
                },
                "cli.*.name: (sealed) → (sealed)"
            ),
            Case(
                Operations.TokenRevoke,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "revokes");
                    var token = await TokenAsync(una, "revokes");
                    return async () =>
                        Ok(await una.RevokeCredentialAsync(Self("revokes"), CredentialKinds.Cli, token.Id));
                },
                "cli.*: removed (secret)",
                "cli.*.name: removed (sealed)",
                "cli.*.expires: removed *",
                "cli.*.networks: removed (sealed)"
            ),
            Case(
                Operations.TokenReset,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "resets");
                    await TokenAsync(una, "resets");
                    return async () => Ok(await una.ResetTokensAsync(Self("resets"), Token));
                },
                "cli: removed all",
                "cli.*: added (secret)",
                "cli.*.name: added (sealed)",
                "cli.*.expires: added *",
                "cli.*.networks: added (sealed)"
            ),
            Case(
                Operations.PasswordChange,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "changes");
                    return async () => Ok(await una.ChangePasswordAsync(Self("changes"), Password, OtherPassword));
                },
                "password: changed (secret)",
                "sessions: removed all others"
            ),
            Case(
                Operations.AccountUpdate,
                async acme =>
                {
                    var una = await RegisteredAsync(acme, "called");
                    return async () => Ok(await una.RenameAsync(Self("called"), "Linnet Otherwise"));
                },
                "name: (sealed) → (sealed)"
            ),
            Case(
                Operations.FactorEnroll,
                acme => EnrollAsync(acme, "enrolls"),
                "proposedSecondFactor: added (secret)",
                "proposedSecondFactor: removed (secret)",
                "secondFactor: added (secret)",
                "secondFactor.since: added *",
                "secondFactor.lastStep: added *",
                "recoveryCodesLeft: added 10"
            ),
            Case(
                Operations.AccountConfirm,
                async acme =>
                {
                    var (caller, secret) = await EnrollAsync(acme, "confirms");
                    acme.Host.Time.Shift(TimeSpan.FromMinutes(1));
                    return async () =>
                        Ok(await User(acme, "confirms").ProveSecondFactorAsync(caller, CodeOf(acme, secret)));
                },
                "secondFactor.lastStep: * → *"
            ),
            Case(
                Operations.FactorCodes,
                async acme =>
                {
                    var (caller, _) = await EnrollAsync(acme, "prints");
                    return async () =>
                        Ok(await User(acme, "prints").ReplaceRecoveryCodesAsync(Confirmed(acme, caller)));
                },
                "recoveryCodes: changed (secret)"
            ),
            Case(
                Operations.FactorRemove,
                async acme =>
                {
                    var (caller, _) = await EnrollAsync(acme, "removes");
                    return async () => Ok(await User(acme, "removes").RemoveSecondFactorAsync(Confirmed(acme, caller)));
                },
                "secondFactor: removed (secret)",
                "secondFactor.since: removed *",
                "secondFactor.lastStep: removed *",
                "recoveryCodesLeft: removed 10"
            ),
        ];

    private static IssueCredential Session => new(CredentialKinds.Session, "browser", TimeSpan.FromHours(1));

    private static IssueCredential Token =>
        new(CredentialKinds.Cli, "linnet laptop", TimeSpan.FromDays(1)) { Networks = [Home] };

    private static Caller Self(string id) => By(id, org: null);

    private static Caller Confirmed(Acme acme, Caller caller) =>
        caller with
        {
            HasSecondFactor = true,
            SecondFactorAt = acme.Host.Time.GetUtcNow(),
        };

    private static async Task<IUserGrain> RegisteredAsync(Acme acme, string id)
    {
        var registration = new RegisterUser($"{id}@example.com", $"Linnet {id}", Password, false);
        Ok(await User(acme, id).RegisterAsync(Operator, registration));
        return User(acme, id);
    }

    private static async Task<IssuedCredential> TokenAsync(IUserGrain user, string id) =>
        Ok(await user.IssueCredentialAsync(Self(id), Token));

    private static async Task<(Caller Caller, byte[] Secret)> EnrollAsync(Acme acme, string id)
    {
        var user = await RegisteredAsync(acme, id);
        var caller = Self(id) with { CredentialId = (await TokenAsync(user, id)).Id };
        var proposed = Ok(await user.ProposeSecondFactorAsync(caller, Password));
        var secret = Base32Encoding.ToBytes(proposed.Secret.Reveal());
        Ok(await user.ConfirmSecondFactorAsync(caller, CodeOf(acme, secret)));
        return (caller, secret);
    }

    private static Sensitive<string> CodeOf(Acme acme, byte[] secret) =>
        new(new Totp(secret).ComputeTotp(acme.Host.Time.GetUtcNow().UtcDateTime));
}
