using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Web.Pages.Sessions;

namespace Palisade.Web.Live;

/// <summary>
/// What a session may do, as text that is equal as long as it is: a page that is open was rendered by it.
/// </summary>
internal sealed class AccessStamps(PageSessions sessions, Policies policies)
{
    /// <summary>Null: the session is over.</summary>
    public async ValueTask<string?> OfAsync(string session, CancellationToken cancellationToken)
    {
        if (await sessions.FindAsync(session, cancellationToken) is not { } found)
        {
            return null;
        }

        var stamp = new System.Text.StringBuilder();
        foreach (var name in found.Organizations)
        {
            var (org, policy) = await policies.OrgAsync(name, cancellationToken);
            stamp
                .Append(name)
                .Append(' ')
                .Append(policy.Bars(found.Principal, found.HasSecondFactor)?.Code)
                .Append(' ')
                .Append(ViewJson.Write(org.HeldBy(found.Principal.Id)))
                .Append('\n');
        }

        return stamp.ToString();
    }
}
