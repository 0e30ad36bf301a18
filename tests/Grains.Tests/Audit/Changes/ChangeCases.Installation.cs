using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Installation;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Installation =>
        [
            Case(
                Operations.OperatorAdd,
                async acme => Ok(await Whole(acme).AddOperatorAsync(Operator, "ada")),
                "operators: added ada"
            ),
            Case(
                Operations.OperatorRemove,
                async acme =>
                {
                    Ok(await Whole(acme).AddOperatorAsync(Operator, "olga"));
                    return async () => Ok(await Whole(acme).RemoveOperatorAsync(Operator, "olga"));
                },
                "operators: removed olga"
            ),
            Case(
                Operations.InstallationUpdate,
                async acme =>
                {
                    Ok(await Whole(acme).AllowNetworksAsync(Operator, ["10.0.0.0/8", "192.0.2.0/24"]));
                    return async () =>
                        Ok(await Whole(acme).AllowNetworksAsync(Operator, ["192.0.2.0/24", "198.51.100.0/24"]));
                },
                "outgoingNetworks: removed 10.0.0.0/8",
                "outgoingNetworks: added 198.51.100.0/24"
            ),
            Case(Operations.BackupCreate, acme => BackUpAsync(acme), "backups.*.status: added Running"),
            Case(
                Operations.JobRun,
                acme => BackUpAsync(acme),
                "backups.*.status: Running → Done",
                "backups.*.bytes: added *"
            ),
            Case(
                Operations.BackupDelete,
                async acme =>
                {
                    var id = await BackUpAsync(acme);
                    return async () => Ok(await Whole(acme).DeleteBackupAsync(Operator, id));
                },
                "backups.*.status: removed Done",
                "backups.*.bytes: removed *"
            ),
            Case(
                Operations.OperatorTokenCreate,
                async acme =>
                {
                    await RegisteredAsync(acme, "op");
                    Ok(await Whole(acme).AddOperatorAsync(Operator, "op"));
                    var command = new IssueOperatorToken(Password, "linnet", TimeSpan.FromHours(1));
                    return async () => Ok(await Whole(acme).IssueTokenAsync(Self("op"), command));
                },
                "operator.*: added (secret)",
                "operator.*.name: added (sealed)",
                "operator.*.expires: added *"
            ),
            Case(
                Operations.OperatorTokenRevoke,
                async acme => Ok(await Whole(acme).RevokeTokensAsync(Self("ada"))),
                "operator: removed all"
            ),
            Case(
                Operations.UserRegister,
                acme => RegisteredAsync(acme, "registered"),
                "owner: added registered",
                "id: added registered",
                "name: added (sealed)",
                "email: added (sealed)",
                "password: added (secret)"
            ),
            Case(
                Operations.UserDisable,
                async acme =>
                {
                    await RegisteredAsync(acme, "disabled");
                    return async () =>
                    {
                        Ok(await User(acme, "disabled").DisableAsync(Operator, "left"));
                        Ok(await User(acme, "disabled").EnableAsync(Operator));
                    };
                },
                "disabled.since: added *",
                "disabled.reason: added left",
                "sessions: removed all",
                "tokens: removed all",
                "disabled.since: removed *"
            ),
            Case(
                Operations.UserErase,
                async acme =>
                {
                    await RegisteredAsync(acme, "erased");
                    return async () => Ok(await User(acme, "erased").EraseAsync(Operator));
                },
                "owner: removed erased",
                "personalData: removed sealed",
                "password: removed (secret)",
                "disabled.since: added *",
                "sessions: removed all",
                "tokens: removed all"
            ),
        ];

    private static async Task<string> BackUpAsync(Acme acme)
    {
        var ada = By("ada", PrincipalKind.Operator, org: null);
        var id = Ok(await Whole(acme).RequestBackupAsync(ada));
        await Eventually.Of(
            async () => Ok(await Whole(acme).GetAsync(Operator)).Backups[id],
            backup => backup.Ended is not null,
            "the backup is over"
        );
        return id;
    }
}
