using System.Globalization;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Personal;

/// <summary>Which data key seals what is personal of a caller (S30).</summary>
public static class PersonScope
{
    /// <summary>
    /// A person's account and their entries in the installation's log. Everything below it is theirs too: a key for
    /// each organization's log, so that an organization can erase in its own and in no other.
    /// </summary>
    public static string Of(string userId) => $"user/{userId}";

    internal static bool IsPersons(string scope) => scope.StartsWith(Of(""), StringComparison.Ordinal);

    /// <summary>A person's entries in the log of an organization; "" is the installation's.</summary>
    public static string Of(string userId, string org) =>
        string.IsNullOrEmpty(org) ? Of(userId) : $"{Of(userId)}/{org}";

    /// <summary>
    /// Who is nobody's account, in one log on one day (UTC): unknown ones who fail to sign in, and deploy keys, whose
    /// addresses are those of machines or of whoever borrowed one. Erased by the day, with the log's retention.
    /// </summary>
    public static string OfVisitors(string org, DateOnly day) =>
        $"{Visitors(org)}{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";

    /// <summary>What the scopes of all days of a log begin with.</summary>
    internal static string Visitors(string org) => $"visitor/{LogName.Of(org)}/";

    /// <summary>Null for the process itself, of which nothing is personal.</summary>
    internal static string? Of(Caller caller, string org, DateTimeOffset now) =>
        caller.Principal.Kind switch
        {
            PrincipalKind.System => null,
            PrincipalKind.DeployKey => Day(org, now),
            // A failed sign-in names whom it was tried as.
            _ when caller.Principal.Id.Length > 0 => Of(caller.Principal.Id, org),
            _ => Day(org, now),
        };

    private static string Day(string org, DateTimeOffset now) =>
        OfVisitors(org, DateOnly.FromDateTime(now.UtcDateTime));
}
