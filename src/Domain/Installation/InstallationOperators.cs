using System.Collections.Immutable;
using System.Net;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Domain.Installation;

using InstallationDecision = Decision<InstallationEvent, Done>;

/// <summary>Decisions about who operates the installation, and what it may send to.</summary>
public static class InstallationOperators
{
    /// <summary>
    /// Makes a person an operator; nothing when they are one. Problems: <c>user.not_found</c>, <c>user.disabled</c>,
    /// <c>operator.limit</c>.
    /// </summary>
    public static Result<InstallationDecision> Add(InstallationState state, UserState user, DecideContext context) =>
        !user.Exists ? InstallationProblems.UserNotFound
        : user.Disabled is not null ? InstallationProblems.UserDisabled
        : state.IsOperator(user.Id) ? new InstallationDecision(default)
        : state.Operators.Count >= InstallationState.MaxOperators ? InstallationProblems.TooManyOperators
        : Of(new OperatorAdded(user.Id, context.Now));

    /// <summary>Problems: <c>operator.not_found</c>, <c>operator.last</c>.</summary>
    public static Result<InstallationDecision> Remove(InstallationState state, string userId) =>
        !state.IsOperator(userId) ? InstallationProblems.NotOperator(userId)
        : state.Operators.Count == 1 ? InstallationProblems.LastOperator
        : Of(new OperatorRemoved(userId));

    /// <summary>
    /// Replaces the networks that may be sent to. Problems: <c>outgoing.bad_network</c>,
    /// <c>outgoing.too_many_networks</c>.
    /// </summary>
    public static Result<InstallationDecision> AllowNetworks(InstallationState state, ImmutableArray<string> networks)
    {
        if (networks.IsDefault || networks.Length > InstallationState.MaxNetworks)
        {
            return InstallationProblems.TooManyNetworks;
        }

        // Stored as the networks they are: 10.1.2.3/8 means 10.0.0.0/8.
        var parsed = new List<string>();
        foreach (var text in networks)
        {
            if (!IPNetwork.TryParse(text, out var network) || parsed.Contains(network.ToString()))
            {
                return InstallationProblems.BadNetwork(text);
            }

            parsed.Add(network.ToString());
        }

        return state.OutgoingNetworks.SequenceEqual(parsed)
            ? new InstallationDecision(default)
            : Of(new OutgoingNetworksSet([.. parsed]));
    }

    private static InstallationDecision Of(InstallationEvent @event) => new(default) { Events = [@event] };
}
