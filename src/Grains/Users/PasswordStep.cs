using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <param name="Browser">The marks that the browser sent; see <see cref="KnownBrowsers"/>.</param>
public sealed record PasswordEvidence(string Email, Sensitive<string> Password, string? Browser = null);

/// <summary>Sign-in with a password. Unknown and known people take the same work and get the same answer.</summary>
public sealed class PasswordStep(
    People people,
    PasswordWork passwords,
    PasswordAttempts attempts,
    KnownBrowsers browsers,
    IRecorder recorder,
    IGrainFactory grains,
    TimeProvider time
) : ISignInStep<PasswordEvidence>
{
    public string Name => "password";

    /// <summary>
    /// Problems: <c>signin.refused</c>, <c>signin.disabled</c>, <c>signin.password_expired</c>,
    /// <c>signin.throttled</c>, <c>signin.busy</c>.
    /// </summary>
    public async Task<Result<Person>> ProveAsync(
        Caller caller,
        PasswordEvidence evidence,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(evidence);
        var account = EmailAddress.TryParse(evidence.Email, out var address)
            ? await people.EmailHashAsync(address, cancellationToken)
            : "";
        var person = account.Length > 0 ? await people.FindByEmailHashAsync(account, cancellationToken) : null;
        var browser = await browsers.FindAsync(person?.State.Id ?? "", evidence.Browser, cancellationToken);
        var taken = await attempts.SignInAsync(account, caller.Ip, browser, cancellationToken);
        if (!taken.TryGet(out var attempt, out var problem))
        {
            return Result.Fail<Person>(problem);
        }

        passwords.AtLeast(person?.State.Password?.Iterations ?? 0);
        var rounds = await passwords.RoundsAsync(cancellationToken);
        var now = time.GetUtcNow();
        var check = await passwords.RunAsync(
            () => SignIns.Check(person?.State, evidence.Password, rounds, now),
            cancellationToken
        );
        if (!check.TryGet(out var outcome, out problem))
        {
            await attempt.SucceededAsync();
            return Result.Fail<Person>(problem);
        }

        if (outcome != SignInOutcome.Ok)
        {
            var known = person is null
                ? caller
                : caller with
                {
                    Principal = new Principal(PrincipalKind.None, person.State.Id, person.Name),
                };
            var record = new Outcome(EntryResult.Denied, SignIns.Code(outcome));
            await recorder.RecordAsync(known, Operations.SignIn, Resource.Org, record, cancellationToken);
            foreach (var org in person?.State.Orgs ?? [])
            {
                // SECURITY: not written now, which would take longer for who has an account than for who has none.
                recorder.Copy(known with { Org = org }, Operations.MemberSignIn, Resource.Org, record);
            }

            return SignIns.Refusal(outcome);
        }

        await attempt.SucceededAsync();
        if (person!.State.Password!.IsWeakerThan(rounds))
        {
            await grains
                .GetGrain<IUserGrain>(person.State.Id)
                .StrengthenPasswordAsync(SignIn.Proven(caller, person, Name), evidence.Password, cancellationToken);
        }

        return person;
    }
}
