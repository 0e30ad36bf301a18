using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Audit.Changes;

internal static partial class ChangeCases
{
    private static ImmutableArray<ChangeCase> Racks =>
        [
            Case(
                Operations.RackCreate,
                async acme =>
                    Ok(
                        await Rack(acme, "second")
                            .RegisterAsync(Administrator, new RegisterRack("local", "production", "host:x"))
                    ),
                "id: added *",
                "provider: added local",
                "environment: added production",
                "status: added running",
                "version: added *",
                "capability: added host:x"
            ),
            Case(
                Operations.RackParamsSet,
                async acme =>
                {
                    Ok(await SetAsync(acme, ("LogRetention", "7"), ("BuildCpu", "500")));
                    return async () => Ok(await SetAsync(acme, ("LogRetention", "30"), ("BuildMemory", "4096")));
                },
                "parameters.LogRetention: 7 → 30",
                "parameters.BuildMemory: added 4096"
            ),
            Case(
                Operations.RackEnvironmentSet,
                async acme => Ok(await Rack(acme, "staging").SetEnvironmentAsync(Administrator, "production")),
                "environment: staging → production"
            ),
            Case(
                Operations.RackUpdate,
                async acme => Ok(await Rack(acme, "staging").UpdateAsync(Administrator, RackVersions.Newest)),
                "status: running → updating",
                "requestedVersion: added *"
            ),
            Case(
                Operations.RackConverge,
                async acme =>
                {
                    await RunningAsync(acme, "staging");
                    Ok(
                        await Rack(acme, "third")
                            .RegisterAsync(Administrator, new RegisterRack("local", "staging", Capability: null))
                    );
                    await RunningAsync(acme, "third");
                    return async () =>
                    {
                        Ok(await Rack(acme, "third").UpdateAsync(Administrator, RackVersions.Newest));
                        await RunningAsync(acme, "third");
                    };
                },
                "status: updating → running"
            ),
        ];

    private static Task RunningAsync(Acme acme, string name) =>
        Eventually.Of(
            async () => Ok(await Rack(acme, name).GetAsync(Administrator)),
            rack => rack.Status == "running",
            $"{name} is running"
        );

    private static Task<Domain.Kernel.Result<Domain.Kernel.Done>> SetAsync(
        Acme acme,
        params (string Name, string Value)[] parameters
    ) =>
        Rack(acme, "staging")
            .SetParametersAsync(
                Administrator,
                new(parameters.ToImmutableSortedDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal))
            );
}
