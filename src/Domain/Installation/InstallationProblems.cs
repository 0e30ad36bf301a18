using Palisade.Domain.Kernel;

namespace Palisade.Domain.Installation;

/// <summary>Refusals of the installation's own matters.</summary>
public static class InstallationProblems
{
    public static Problem UserNotFound => new NotFound("user.not_found", "no such account");

    public static Problem UserDisabled =>
        new Conflict("user.disabled", "this account is disabled") { Suggestion = "enable it first" };

    public static Problem TooManyOperators =>
        new Exhausted("operator.limit", $"an installation has at most {InstallationState.MaxOperators} operators");

    public static Problem NotOperator(string userId) =>
        new NotFound("operator.not_found", $"{Printable.Of(userId)} is no operator");

    /// <summary>What a person is told who asks for an operator's credential and is none.</summary>
    public static Problem NotYourself =>
        new Forbidden("operator.not_you", "only an operator of this installation gets an operator token")
        {
            Suggestion = "ask an operator to add you",
        };

    public static Problem LastOperator =>
        new Conflict("operator.last", "the last operator can't be removed") { Suggestion = "add another one first" };

    /// <summary>
    /// An operator's account is never disabled, so that the last operator is always somebody who can sign in.
    /// </summary>
    public static Problem IsOperator =>
        new Conflict("user.is_operator", "this account is an operator's") { Suggestion = "remove the operator first" };

    /// <summary>
    /// Also for who holds everything in the organization: an operator's rights are not theirs to take.
    /// </summary>
    public static Problem OperatorsOwn =>
        new Forbidden(
            "access.escalation",
            "this member is an operator of the installation, whose credentials nobody else resets"
        );

    public static Problem BadNetwork(string? network) =>
        new Invalid("outgoing.bad_network", $"{Printable.Of(network)} is no network in CIDR form, or is given twice")
        {
            Suggestion = "write it as 10.1.0.0/16 or fd00:1::/32",
        };

    public static Problem TooManyNetworks =>
        new Invalid("outgoing.too_many_networks", $"at most {InstallationState.MaxNetworks} networks can be allowed");

    public static Problem BackupRunning =>
        new Conflict("backup.running", "a backup is being written") { Suggestion = "wait for its end" };

    public static Problem TooManyBackups =>
        new Exhausted("backup.limit", $"there are {InstallationState.MaxBackups} backups")
        {
            Suggestion = "delete some first",
        };

    public static Problem BackupNotFound(string id) =>
        new NotFound("backup.not_found", $"no such backup: {Printable.Of(id)}");
}
