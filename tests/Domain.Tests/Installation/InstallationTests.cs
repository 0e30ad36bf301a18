using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Domain.Tests.Installation;

public sealed class InstallationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 45, TimeSpan.Zero);

    private InstallationState _state = new();
    private int _ids;

    private DecideContext Context =>
        new(
            Now.AddSeconds(_ids),
            new Caller
            {
                Principal = new(PrincipalKind.Operator, "ada", "Ada"),
                SignIn = "test",
                Ip = "",
                Client = "",
                RequestId = "1",
            },
            new CountedIds(() => ++_ids)
        );

    [Fact]
    public void S04_the_last_operator_stays()
    {
        Do(InstallationOperators.Add(_state, User("ada"), Context));
        Do(InstallationOperators.Add(_state, User("bob"), Context));

        Do(InstallationOperators.Remove(_state, "ada"));

        Assert.Equal(["bob"], _state.Operators.Keys);
        Assert.Equal("operator.last", InstallationOperators.Remove(_state, "bob").Problem?.Code);
        Assert.Equal("operator.not_found", InstallationOperators.Remove(_state, "ada").Problem?.Code);
    }

    [Fact]
    public void Only_an_account_that_exists_and_is_not_disabled_becomes_an_operator()
    {
        Assert.Equal("user.not_found", InstallationOperators.Add(_state, new UserState(), Context).Problem?.Code);
        Assert.Equal(
            "user.disabled",
            InstallationOperators.Add(_state, User("ada") with { Disabled = Now }, Context).Problem?.Code
        );

        Do(InstallationOperators.Add(_state, User("ada"), Context));
        Assert.Empty(InstallationOperators.Add(_state, User("ada"), Context).Value.Events);
    }

    [Fact]
    public void Operators_are_bounded()
    {
        for (var i = 0; i < InstallationState.MaxOperators; i++)
        {
            Do(InstallationOperators.Add(_state, User($"u{i}"), Context));
        }

        Assert.Equal("operator.limit", InstallationOperators.Add(_state, User("one-more"), Context).Problem?.Code);
    }

    [Theory]
    [InlineData("10.0.0.0", "outgoing.bad_network")]
    [InlineData("10.0.0.0/33", "outgoing.bad_network")]
    [InlineData("internal.example.com", "outgoing.bad_network")]
    [InlineData("10.0.0.0/8,10.1.2.3/8", "outgoing.bad_network")]
    public void S12_an_allowed_network_is_a_network_and_said_once(string networks, string code) =>
        Assert.Equal(code, InstallationOperators.AllowNetworks(_state, [.. networks.Split(',')]).Problem?.Code);

    [Fact]
    public void Allowed_networks_replace_those_before()
    {
        Do(InstallationOperators.AllowNetworks(_state, ["10.1.2.3/8", "FD00:0::/8"]));
        Assert.Equal<string>(["10.0.0.0/8", "fd00::/8"], _state.OutgoingNetworks);

        Assert.Empty(InstallationOperators.AllowNetworks(_state, ["10.0.0.0/8", "fd00::/8"]).Value.Events);
        Do(InstallationOperators.AllowNetworks(_state, []));
        Assert.Empty(_state.OutgoingNetworks);
    }

    [Fact]
    public void Allowed_networks_are_bounded() =>
        Assert.Equal(
            "outgoing.too_many_networks",
            InstallationOperators
                .AllowNetworks(
                    _state,
                    [.. Enumerable.Range(0, InstallationState.MaxNetworks + 1).Select(i => $"10.{i}.0.0/16")]
                )
                .Problem?.Code
        );

    [Fact]
    public void One_backup_is_written_at_a_time_and_ends_once()
    {
        var id = Do(InstallationBackups.Request(_state, Context));
        Assert.Equal("backup.running", InstallationBackups.Request(_state, Context).Problem?.Code);
        Assert.Equal("backup.running", InstallationBackups.Delete(_state, id).Problem?.Code);

        Do(InstallationBackups.Written(_state, id, 1234, Context));
        Assert.Empty(InstallationBackups.Failed(_state, id, "late", Context).Value.Events);
        Assert.Equal(
            (BackupStatus.Done, 1234, "ada"),
            (_state.Backups[id].Status, _state.Backups[id].Bytes, _state.Backups[id].By)
        );

        Do(InstallationBackups.Delete(_state, id));
        Assert.Equal("backup.not_found", InstallationBackups.Delete(_state, id).Problem?.Code);
        Assert.Equal("20260301T123045Z-000001", id);
    }

    [Fact]
    public void Backups_are_bounded_and_listed_by_time()
    {
        var ids = new List<string>();
        for (var i = 0; i < InstallationState.MaxBackups; i++)
        {
            var id = Do(InstallationBackups.Request(_state, Context));
            ids.Add(id);
            Do(InstallationBackups.Failed(_state, id, "disk\nfull", Context));
        }

        Assert.Equal("backup.limit", InstallationBackups.Request(_state, Context).Problem?.Code);
        Assert.Equal(ids, _state.Backups.Keys);
        Assert.All(_state.Backups.Values, b => Assert.Equal("diskfull", b.Reason));
    }

    private static UserState User(string id) => new() { Id = id };

    private TAnswer Do<TAnswer>(Result<Decision<InstallationEvent, TAnswer>> decided)
    {
        Assert.True(decided.Ok, decided.ToString());
        _state = decided.Value.Events.Aggregate(_state, InstallationState.Apply);
        return decided.Value.Answer;
    }

    private sealed class CountedIds(Func<int> next) : IIdSource
    {
        public string Letters(char prefix) => throw new NotSupportedException();

        public string Hex(int bytes) => next().ToString("x", CultureInfo.InvariantCulture).PadLeft(bytes * 2, '0');

        public string Alphanumeric(int length) => throw new NotSupportedException();
    }
}
