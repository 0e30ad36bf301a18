using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Orgs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Users;

/// <summary>What a new account is made of, checked, sealed and hashed, with the claim of its address.</summary>
internal sealed record NewAccount(Registration Registration, string EmailHash)
{
    /// <summary>Means that somebody else has the claim.</summary>
    public static Problem Taken { get; } =
        new Conflict("user.email_taken", "an account can't be made with this address")
        {
            Suggestion = "sign in if it is yours",
        };

    public InvitedAccount Invited(string userId, string name) =>
        new()
        {
            UserId = userId,
            Name = name,
            SealedName = Registration.Name,
            Email = Registration.Email,
            EmailHash = EmailHash,
            Password = Registration.Password,
        };

    /// <summary>The streams of a person who begins as a member: the account and the claim of its address.</summary>
    public static StreamWrite[] Writes(
        string userId,
        StreamWrite claim,
        Registration registration,
        string org,
        DateTimeOffset now,
        Caller caller,
        Operation operation
    )
    {
        UserEvent[] events = [UserDecisions.Registered(userId, registration, now), new OrgJoined(org)];
        return
        [
            new(StreamId.User(userId), 0, UserEntries.Of(caller, operation, new UserState(), events)) { Org = "" },
            claim,
        ];
    }

    /// <summary>
    /// The claim of an address: it fails, as <see cref="Taken"/>, when somebody has it or is quicker.
    /// </summary>
    public static async Task<StreamWrite> ClaimAsync(
        People people,
        string emailHash,
        string userId,
        Caller caller,
        Operation operation,
        CancellationToken cancellationToken
    )
    {
        var (owner, head) = await people.ClaimAsync(emailHash, cancellationToken);
        var entry = UserEntries.OfClaim(caller, operation, owner, new EmailClaimed(userId));
        return new(StreamId.Email(emailHash), owner is null ? head : 0, [entry]) { Org = "" };
    }

    /// <summary>Problems: those of <see cref="UserDecisions.CheckRegistration"/>, <c>signin.busy</c>.</summary>
    public static async Task<Result<NewAccount>> PrepareAsync(
        People people,
        PasswordWork passwords,
        string userId,
        RegisterUser command,
        string[] own,
        CancellationToken cancellationToken
    )
    {
        var check = UserDecisions.CheckRegistration(command.Email, command.Name, command.Password, own);
        if (
            !check.TryGet(out var email, out var problem)
            || !(await passwords.HashAsync(command.Password, cancellationToken)).TryGet(out var hash, out problem)
        )
        {
            return Result.Fail<NewAccount>(problem);
        }

        var (sealedEmail, sealedName) = await people.SealAsync(userId, email.Value, command.Name, cancellationToken);
        var emailHash = await people.EmailHashAsync(email, cancellationToken);
        return new NewAccount(new(sealedEmail, sealedName, hash, command.MustChangePassword), emailHash);
    }
}
