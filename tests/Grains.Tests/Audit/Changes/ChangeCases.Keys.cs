using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Tests.Keys;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Keys =>
        [
            Case(
                Operations.KeyCreate,
                acme => acme.IssueAsync(AcmeKeys.Spec("made") with { Networks = ["192.0.2.0/24"], UseLimit = 9 }),
                "name: added made",
                "racks: added staging",
                "apps: added all",
                "networks: added [192.0.2.0/24]",
                "useLimit: added 9",
                "madeBy: added ada",
                "secrets.*.shownTo: added ada"
            ),
            Case(
                Operations.KeyIndex,
                acme => acme.IssueAsync(AcmeKeys.Spec("listed")),
                "keys.*.name: added listed",
                "keys.*.racks: added staging",
                "keys.*.apps: added all"
            ),
            Case(
                Operations.KeyUpdate,
                async acme =>
                {
                    var expires = acme.Host.Time.GetUtcNow().AddDays(1);
                    var spec = AcmeKeys.Spec("old") with { Networks = ["192.0.2.0/24"], Expires = expires };
                    var key = acme.Key((await acme.IssueAsync(spec)).Key.Id);
                    return async () =>
                        Ok(
                            await key.UpdateAsync(
                                Administrator,
                                spec with
                                {
                                    Name = "new",
                                    Apps = Selector.Name("web"),
                                    Networks = ["198.51.100.0/24", "2001:db8::/32"],
                                    Narrow = true,
                                    Roles = [BuiltInRoles.Deployer.Id],
                                    Expires = expires.AddDays(1),
                                }
                            )
                        );
                },
                "name: old → new",
                "apps: all → web",
                "roles: added [Deployer]",
                "narrow: false → true",
                "networks: [192.0.2.0/24] → [198.51.100.0/24; 2001:db8::/32]",
                "expires: * → *"
            ),
            Case(
                Operations.KeyRoll,
                async acme =>
                {
                    var key = acme.Key((await acme.IssueAsync(AcmeKeys.Spec("rolled"))).Key.Id);
                    return async () => Ok(await key.RollAsync(Administrator, TimeSpan.FromHours(1)));
                },
                "secrets.*: *",
                "secrets.*: *"
            ),
            Case(
                Operations.KeyUse,
                async acme =>
                {
                    await acme.CreateAppWithoutPumpAsync();
                    var issued = await acme.IssueAsync(AcmeKeys.Spec("used") with { UseLimit = 2 });
                    return async () => await acme.SetEnvAsync("A=1", by: issued.AsCaller());
                },
                "uses: 0 → 1"
            ),
            Case(
                Operations.KeyReport,
                async acme =>
                {
                    var issued = await acme.IssueAsync(AcmeKeys.Spec("leaked"));
                    return async () => Ok(await acme.Key(issued.Key.Id).ReportAsync(issued.AsCaller()));
                },
                "reported: added *"
            ),
            Case(
                Operations.KeyDelete,
                async acme =>
                {
                    var key = acme.Key((await acme.IssueAsync(AcmeKeys.Spec("deleted"))).Key.Id);
                    return async () => Ok(await key.DeleteAsync(Administrator));
                },
                "name: removed deleted",
                "racks: removed staging",
                "apps: removed all",
                "madeBy: removed ada",
                "secrets.*.shownTo: removed ada"
            ),
        ];
}
