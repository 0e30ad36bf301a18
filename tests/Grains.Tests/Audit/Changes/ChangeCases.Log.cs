using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;
using Palisade.Grains.Audit;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Log =>
        [
            Case(
                Operations.AuditSettings,
                async acme =>
                {
                    Ok(await LogOf(acme).SetRetentionAsync(Administrator, 365));
                    return async () => Ok(await LogOf(acme).SetRetentionAsync(Administrator, 90));
                },
                "retention.days: 365 → 90"
            ),
            Case(
                Operations.AuditHold,
                async acme =>
                {
                    Ok(await LogOf(acme).SetHoldAsync(Administrator, "case 17"));
                    Ok(await LogOf(acme).LiftHoldAsync(Administrator));
                },
                "hold.reason: added case 17",
                "hold.by: added ada",
                "hold.since: added *",
                "hold.reason: removed case 17",
                "hold.by: removed ada",
                "hold.since: removed *"
            ),
            Case(
                Operations.SystemMaintain,
                async acme =>
                {
                    await acme.RegisterAsync("keeper");
                    return async () =>
                    {
                        Ok(await Organization(acme, "keyed").CreateAsync(Operator, "keeper"));
                        var log = acme.Host.Grains.GetGrain<IAuditGrain>("keyed");
                        Ok(await log.EnsureKeyAsync(Callers.System("keyed", "000000000002")));
                    };
                },
                "keys: added palisade/*/keyed+*"
            ) with
            {
                Logs = ["keyed"],
            },
            Case(
                Operations.SigningRotate,
                async acme => Ok(await LogOf(acme).RotateKeyAsync(Administrator)),
                "keys: added palisade/*/acme+*"
            ),
            Case(
                Operations.SinkCreate,
                acme => SinkAsync(acme, "made"),
                "sinks.*.kind: added Webhook",
                "sinks.*.name: added made",
                "sinks.*.from: added 0",
                "sinks.*.host: added siem.example.com",
                "sinks.*.url: added (secret)",
                "sinks.*.secrets.*: added (secret)"
            ),
            Case(
                Operations.SinkUpdate,
                async acme =>
                {
                    var id = await SinkAsync(acme, "old");
                    var change = new SinkChange("new", new("https://other.example.com/hook?key=canary"), false);
                    return async () => Ok(await LogOf(acme).UpdateSinkAsync(Administrator, id, change));
                },
                "sinks.*.name: old → new",
                "sinks.*.host: siem.example.com → other.example.com",
                "sinks.*.url: changed (secret)",
                "sinks.*.paused.why: added paused by hand",
                "sinks.*.paused.since: added *"
            ),
            Case(
                Operations.SinkRoll,
                async acme =>
                {
                    var id = await SinkAsync(acme, "rolled");
                    return async () =>
                        Ok(await LogOf(acme).RollSinkSecretAsync(Administrator, id, TimeSpan.FromHours(1)));
                },
                "sinks.*.secrets.*: *",
                "sinks.*.secrets.*: *"
            ),
            Case(
                Operations.SinkDelete,
                async acme =>
                {
                    var id = await SinkAsync(acme, "gone");
                    return async () => Ok(await LogOf(acme).DeleteSinkAsync(Administrator, id));
                },
                "sinks.*.kind: removed Webhook",
                "sinks.*.name: removed gone",
                "sinks.*.from: removed 0",
                "sinks.*.host: removed siem.example.com",
                "sinks.*.url: removed (secret)",
                "sinks.*.secrets.*: removed (secret)"
            ),
        ];

    private static async Task<string> SinkAsync(Acme acme, string name) =>
        Ok(
            await LogOf(acme)
                .CreateSinkAsync(
                    Administrator,
                    new(SinkKind.Webhook, name, new("https://siem.example.com/hook?key=canary"), 0)
                )
        ).SinkId;
}
