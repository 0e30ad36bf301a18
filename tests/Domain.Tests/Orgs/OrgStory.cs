using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>
/// Given the organization acme with its Administrator ana, when somebody does something, then these events or this
/// refusal.
/// </summary>
public abstract class OrgStory
{
    private int _ids;

    protected OrgState State { get; set; } = new();

    protected void Given() => Do(OrgMembers.Create(State, "acme", "ana", By("system")));

    protected T Do<T>(Result<Decision<OrgEvent, T>> decided)
    {
        Assert.True(decided.Ok, decided.ToString());
        State = decided.Value.Events.Aggregate(State, OrgStateFold.Apply);
        return decided.Value.Answer;
    }

    protected bool Allows(string user, Operation operation, string resource)
    {
        Assert.True(Resource.TryParse(resource, out var parsed), resource);
        return State.Compile().Decide(user, operation, parsed).Allowed;
    }

    protected DecideContext By(string user) =>
        new(
            DateTimeOffset.UnixEpoch,
            new Caller
            {
                Principal = new(PrincipalKind.User, user, user),
                SignIn = "session",
                Ip = "127.0.0.1",
                Client = "test",
                RequestId = "1",
                Org = "acme",
            },
            new CountingIds(() => _ids++)
        );

    private sealed class CountingIds(Func<int> next) : IIdSource
    {
        public string Letters(char prefix) => prefix + new string('A', 10);

        public string Hex(int bytes) => next().ToString("x").PadLeft(bytes * 2, '0');

        public string Alphanumeric(int length) => new('a', length);
    }
}
