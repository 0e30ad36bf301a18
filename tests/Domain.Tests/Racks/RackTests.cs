using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;

namespace Palisade.Domain.Tests.Racks;

public sealed class RackTests
{
    private static readonly RackRef Staging = RackRef.Parse("acme/staging");
    private static readonly ImmutableDictionary<string, ParameterCeiling> NoCeilings = ImmutableDictionary<
        string,
        ParameterCeiling
    >.Empty;

    [Theory]
    [InlineData("staging", "local", "staging", "ok")]
    [InlineData("Staging", "local", "staging", "rack.name_invalid")]
    [InlineData("staging", "local", "qa", "rack.environment_invalid")]
    [InlineData("staging", "local", "", "rack.environment_invalid")]
    [InlineData("staging", "local", null, "rack.environment_invalid")]
    [InlineData("staging", "mars", "staging", "rack.provider_unknown")]
    public void S17_a_rack_has_a_name_a_provider_and_a_label(
        string name,
        string provider,
        string? environment,
        string code
    ) =>
        Assert.Equal(
            code,
            RackDecisions
                .Register(new RackState(), Staging with { Rack = name }, provider, environment!, null, Context())
                .Problem?.Code
                ?? "ok"
        );

    [Theory]
    [InlineData("buildcpu", "500", "ok")]
    [InlineData("BUILD_CPU", "500", "ok")]
    [InlineData("BuildCpu", "99", "rack.parameter_invalid")]
    [InlineData("BuildCpu", "-500", "rack.parameter_invalid")]
    [InlineData("BuildCpu", " 500", "rack.parameter_invalid")]
    [InlineData("BuildCpu", "99999999999999999999", "rack.parameter_invalid")]
    [InlineData("Nope", "1", "rack.parameter_unknown")]
    [InlineData("", "1", "rack.parameter_unknown")]
    public void Parameters_are_known_and_bounded(string name, string value, string code)
    {
        var decided = RackDecisions.SetParameters(
            Registered(),
            Staging,
            ImmutableSortedDictionary<string, string>.Empty.Add(name, value),
            from: null,
            NoCeilings
        );

        Assert.Equal(code, decided.Problem?.Code ?? "ok");
        if (decided.Ok)
        {
            var after = decided.Value.Events.Aggregate(Registered(), RackDecisions.Apply);
            Assert.Equal(500, RackParameters.Number(after, "BuildCpu", NoCeilings));
            Assert.Empty(
                RackDecisions
                    .SetParameters(
                        after,
                        Staging,
                        ImmutableSortedDictionary<string, string>.Empty.Add(name, value),
                        from: null,
                        NoCeilings
                    )
                    .Value.Events
            );
        }
    }

    [Theory]
    [InlineData("1000", "2048", null)]
    [InlineData("900", "2048", "BuildCpu is 1000 now, no longer the 900 that this plan began from")]
    [InlineData("1000", "1024", "BuildMemory is 2048 now, no longer the 1024 that this plan began from")]
    public void A_change_whose_plan_began_from_other_values_is_refused(string cpu, string memory, string? why)
    {
        var decided = RackDecisions.SetParameters(
            Registered(),
            Staging,
            ImmutableSortedDictionary<string, string>.Empty.Add("BuildCpu", "500"),
            ImmutableSortedDictionary<string, string>.Empty.Add("BuildCpu", cpu).Add("BuildMemory", memory),
            NoCeilings
        );

        Assert.Equal(why, decided.Problem?.Message);
        Assert.Equal(why is null ? null : "plan.stale", decided.Problem?.Code);
    }

    [Fact]
    public void S24_an_operators_ceiling_holds_for_what_is_set_and_for_what_was_set_before()
    {
        var ceilings = NoCeilings.Add("DiskLimit", new ParameterCeiling(20_000, "LocalRacks__MaxDiskLimit"));
        Result<Decision<RackEvent, Done>> Set(string value, ImmutableDictionary<string, ParameterCeiling> most) =>
            RackDecisions.SetParameters(
                Registered(),
                Staging,
                ImmutableSortedDictionary<string, string>.Empty.Add("disk_limit", value),
                from: null,
                most
            );

        Assert.True(Set("20000", ceilings).Ok);
        var refused = Set("20001", ceilings).Problem;
        Assert.Equal("rack.parameter_ceiling", refused?.Code);
        Assert.Equal(
            "DiskLimit is at most 20000 on this installation (LocalRacks__MaxDiskLimit), not 20001",
            refused?.Message
        );
        var before = Set("16777216", NoCeilings).Value.Events.Aggregate(Registered(), RackDecisions.Apply);
        Assert.Equal(20_000, RackParameters.Number(before, "DiskLimit", ceilings));
        Assert.Equal("20000", RackParameters.Effective(before, ceilings)["DiskLimit"]);
        Assert.Equal("51200", RackParameters.Effective(before, ceilings)["VolumeLimit"]);
        // A default is no higher than the ceiling either.
        var low = NoCeilings.Add("DiskLimit", new ParameterCeiling(5_000, "LocalRacks__MaxDiskLimit"));
        Assert.Equal(5_000, RackParameters.Number(Registered(), "DiskLimit", low));
    }

    [Theory]
    [InlineData("production", "ok", "production")]
    [InlineData("staging", "ok", "")]
    [InlineData("Production", "rack.environment_invalid", "")]
    [InlineData("", "rack.environment_invalid", "")]
    public void S17_a_label_is_changed_to_a_known_one(string environment, string code, string changed)
    {
        var decided = RackDecisions.SetEnvironment(Registered(), Staging, environment);

        Assert.Equal(code, decided.Problem?.Code ?? "ok");
        var events = decided.Ok ? decided.Value.Events : [];
        Assert.Equal(changed, string.Join(' ', events.OfType<RackEnvironmentSet>().Select(e => e.Environment)));
        Assert.Equal(
            changed.Length > 0 ? changed : "staging",
            events.Aggregate(Registered(), RackDecisions.Apply).Environment
        );
        Assert.Equal(
            "rack.not_found",
            RackDecisions.SetEnvironment(new RackState(), Staging, environment).Problem?.Code
        );
    }

    [Theory]
    [InlineData("3.19.0", "3.19.0")]
    [InlineData("3.24.1", "3.19.0")]
    [InlineData("99.0", "3.19.0")]
    [InlineData("3.18.9", null)]
    [InlineData("latest", null)]
    [InlineData("", null)]
    public void A_version_above_the_newest_means_the_newest_and_an_unknown_lower_one_is_refused(
        string requested,
        string? version
    )
    {
        var resolved = RackVersions.Resolve(requested);

        Assert.Equal(
            version ?? "rack.version_unknown",
            resolved.TryGet(out var found, out var problem) ? found : problem.Code
        );
    }

    [Fact]
    public void A_version_text_is_bounded() =>
        Assert.False(RackVersions.Resolve("3." + new string('0', 5000) + "99.0").Ok);

    private static RackState Registered() =>
        RackDecisions
            .Register(new RackState(), Staging, "local", "staging", null, Context())
            .Value.Events.Aggregate(new RackState(), RackDecisions.Apply);

    private static DecideContext Context() =>
        new(
            DateTimeOffset.UnixEpoch,
            new Caller
            {
                Principal = Principal.System,
                SignIn = "job",
                Ip = "",
                Client = "",
                RequestId = "",
                Org = "acme",
            },
            new OneId()
        );

    private sealed class OneId : IIdSource
    {
        public string Letters(char prefix) => $"{prefix}AAAAAAAAAA";

        public string Hex(int bytes) => new('0', bytes * 2);

        public string Alphanumeric(int length) => new('a', length);
    }
}
