using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;

namespace Palisade.Grains.Tests.Users;

/// <summary>How often passwords and codes can be tried.</summary>
public sealed class PasswordAttemptsTests
{
    private readonly ForwardTime _clock = new();
    private readonly PasswordAttempts _attempts;

    public PasswordAttemptsTests() => _attempts = new PasswordAttempts(_clock);

    [Fact]
    public void An_account_is_tried_ten_times_in_a_row_from_wherever_and_then_once_a_minute()
    {
        Assert.Equal(10, Count(i => ("una", $"192.0.2.{i}", null)));

        _clock.Forward(TimeSpan.FromSeconds(59));
        Assert.Equal(0, Count(i => ("una", $"198.51.100.{i}", null)));
        _clock.Forward(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Count(i => ("una", $"198.51.100.{i}", null)));
    }

    [Fact]
    public void A_network_is_good_for_twenty_tries_whatever_accounts_it_names()
    {
        Assert.Equal(20, Count(i => ($"n{i}", $"2001:db8::{i:x}", null)));
        Assert.Equal(20, Count(i => ($"m{i}", $"2001:db8:0:1::{i:x}", null)));

        _clock.Forward(TimeSpan.FromMinutes(1));
        Assert.Equal(20, Count(i => ($"n{i}", $"2001:db8::{i:x}", null)));
    }

    [Fact]
    public void A_known_browser_has_tries_of_its_own_which_nobody_elses_use_up()
    {
        Assert.Equal(10, Count(i => ("una", $"192.0.2.{i}", null)));

        Assert.Equal(10, Count(_ => ("una", "192.0.2.1", "mine")));
        Assert.Equal(10, Count(_ => ("una", "192.0.2.1", "my other one")));
        Assert.Equal(10, Count(_ => ("otto", "192.0.2.1", "mine")));
    }

    [Fact]
    public void What_was_refused_for_the_account_costs_the_network_nothing_and_what_went_well_costs_neither()
    {
        Count(i => ("una", $"192.0.2.{i}", null));
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("signin.throttled", _attempts.SignIn("una", "203.0.113.1", null).Problem?.Code);
            Assert.True(_attempts.SignIn("otto", "203.0.113.1", null).TryGet(out var attempt, out _));
            attempt.Succeeded();
        }

        Assert.Equal(20, Count(i => ($"n{i}", "203.0.113.1", null)));
    }

    [Fact]
    public void Codes_are_tried_five_times_and_then_once_in_five_minutes()
    {
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => _attempts.Code("una").Ok));

        _clock.Forward(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Enumerable.Range(0, 100).Count(_ => _attempts.Code("una").Ok));
    }

    private int Count(Func<int, (string Account, string Ip, string? Browser)> attempt) =>
        Enumerable.Range(1, 100).Select(attempt).Count(a => _attempts.SignIn(a.Account, a.Ip, a.Browser).Ok);
}
