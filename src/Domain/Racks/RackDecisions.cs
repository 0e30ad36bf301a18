using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

using RackDecision = Decision<RackEvent, Done>;

/// <summary>Folds and decisions of one rack.</summary>
public static class RackDecisions
{
    private static readonly string[] Providers = ["local", "aws"];

    /// <summary>Environment labels (S17), the least dangerous first.</summary>
    public static ImmutableArray<string> Environments { get; } = ["development", "staging", "production"];

    public static RackState Apply(RackState state, RackEvent @event) =>
        @event switch
        {
            RackRegistered e => new RackState
            {
                Id = e.Id,
                Org = e.Org,
                Name = e.Name,
                Provider = e.Provider,
                Environment = e.Environment,
                Version = e.Version,
                Capability = e.Capability,
                Status = "running",
            },
            RackParametersSet e => state with { Parameters = state.Parameters.SetItems(e.Changed) },
            RackEnvironmentSet e => state with { Environment = e.Environment },
            RackUpdateStarted e => state with
            {
                RequestedVersion = e.Requested,
                Version = e.Version,
                Status = "updating",
            },
            RackUpdated => state with { Status = "running" },
            _ => state,
        };

    public static Result<RackDecision> Register(
        RackState state,
        RackRef rack,
        string provider,
        string environment,
        string? capability,
        DecideContext context
    )
    {
        if (!Names.IsValid(rack.Rack))
        {
            return new Invalid("rack.name_invalid", $"not a rack name: {Printable.Of(rack.Rack)}")
            {
                Suggestion = $"use {Names.Rule}",
            };
        }

        if (state.Exists)
        {
            return new Conflict("rack.exists", $"rack {rack} already exists");
        }

        if (!Providers.Contains(provider))
        {
            return new Invalid("rack.provider_unknown", $"unknown provider {Printable.Of(provider)}")
            {
                Suggestion = $"use one of {string.Join(", ", Providers)}",
            };
        }

        if (!Environments.Contains(environment))
        {
            return RackProblems.EnvironmentInvalid(environment);
        }

        return new RackDecision(default)
        {
            Events =
            [
                new RackRegistered
                {
                    Id = context.Ids.Hex(5),
                    Org = rack.Org,
                    Name = rack.Rack,
                    Provider = provider,
                    Environment = environment,
                    Version = RackVersions.Newest,
                    Capability = capability,
                },
            ],
        };
    }

    public static Result<RackDecision> SetParameters(
        RackState state,
        RackRef rack,
        ImmutableSortedDictionary<string, string> changed,
        ImmutableSortedDictionary<string, string>? from,
        ImmutableDictionary<string, ParameterCeiling> ceilings
    )
    {
        if (!state.Exists)
        {
            return RackProblems.NotFound(rack);
        }

        if (from is not null)
        {
            var now = RackParameters.Effective(state, ceilings);
            foreach (var (name, was) in from)
            {
                if (now.GetValueOrDefault(name) is { } value && value != was)
                {
                    return RackProblems.PlanStale(name, was, value);
                }
            }
        }

        return RackParameters
            .Check(state.Provider, changed, ceilings)
            .Then<RackDecision>(known =>
            {
                var moved = known
                    .Where(p => state.Parameters.GetValueOrDefault(p.Key) != p.Value)
                    .ToImmutableSortedDictionary();
                return new RackDecision(default)
                {
                    Events = moved.IsEmpty ? [] : [new RackParametersSet(moved)],
                    Details = moved,
                };
            });
    }

    public static Result<RackDecision> SetEnvironment(RackState state, RackRef rack, string environment)
    {
        if (!state.Exists)
        {
            return RackProblems.NotFound(rack);
        }

        return Environments.Contains(environment)
            ? new RackDecision(default)
            {
                Events = state.Environment == environment ? [] : [new RackEnvironmentSet(environment)],
                Details = ImmutableSortedDictionary<string, string>.Empty.Add("environment", environment),
            }
            : RackProblems.EnvironmentInvalid(environment);
    }

    public static Result<RackDecision> Update(RackState state, RackRef rack, string requested)
    {
        if (!state.Exists)
        {
            return RackProblems.NotFound(rack);
        }

        return RackVersions
            .Resolve(requested)
            .Then<RackDecision>(version => new RackDecision(default)
            {
                Events = [new RackUpdateStarted(requested, version)],
                Details = ImmutableSortedDictionary<string, string>
                    .Empty.Add("requested", requested)
                    .Add("version", version),
            });
    }

    public static ImmutableArray<ViewChange> Project(RackRef rack, RackState after) =>
        [new ViewChange(rack.Org, ViewKinds.Rack, rack.Rack, ViewJson.Write(after))];
}
