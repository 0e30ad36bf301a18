using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <summary>Sign-in with a password. Unknown and known people take the same work and get the same answer.</summary>
public sealed class SignIn(People people, PasswordWork passwords, IRecorder recorder, IGrainFactory grains)
{
    /// <summary>Life of a console session.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    /// <param name="caller">The request's caller; its principal is not proven yet.</param>
    public async Task<Result<IssuedCredential>> WithPasswordAsync(
        Caller caller, string email, Sensitive<string> password, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var person = EmailAddress.TryParse(email, out var address) ? await people.FindByEmailAsync(address, cancellationToken) : null;
        var outcome = await passwords.RunAsync(() => SignIns.Check(person?.State, password, passwords.Iterations), cancellationToken);
        if (outcome != SignInOutcome.Ok)
        {
            var refusal = SignIns.Refusal(outcome);
            var known = person is null ? caller : caller with { Principal = new Principal(PrincipalKind.None, person.State.Id, person.Name) };
            await recorder.RecordAsync(known, Operations.SignIn, Resource.Org, new Outcome(EntryResult.Denied, SignIns.Code(outcome)), cancellationToken);
            return refusal;
        }

        var proven = caller with { Principal = new Principal(PrincipalKind.User, person!.State.Id, person.Name), SignIn = "password" };
        return await grains.GetGrain<IUserGrain>(person.State.Id)
            .IssueCredentialAsync(proven, new IssueCredential("session", "browser", SessionLifetime), cancellationToken);
    }
}
