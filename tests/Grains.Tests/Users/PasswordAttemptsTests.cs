using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Usage;

namespace Palisade.Grains.Tests.Users;

/// <summary>How often passwords and codes can be tried.</summary>
public sealed class PasswordAttemptsTests
{
    private readonly ForwardTime _clock = new();
    private readonly PasswordAttempts _attempts;

    public PasswordAttemptsTests() => _attempts = new PasswordAttempts(new MemoryAttempts(_clock));

    [Fact]
    public async Task An_account_is_tried_ten_times_in_a_row_from_wherever_and_then_once_a_minute()
    {
        Assert.Equal(10, await CountAsync(i => ("una", $"192.0.2.{i}", null)));

        _clock.Forward(TimeSpan.FromSeconds(59));
        Assert.Equal(0, await CountAsync(i => ("una", $"198.51.100.{i}", null)));
        _clock.Forward(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await CountAsync(i => ("una", $"198.51.100.{i}", null)));
    }

    [Fact]
    public async Task A_network_is_good_for_twenty_tries_whatever_accounts_it_names()
    {
        Assert.Equal(20, await CountAsync(i => ($"n{i}", $"2001:db8::{i:x}", null)));
        Assert.Equal(20, await CountAsync(i => ($"m{i}", $"2001:db8:0:1::{i:x}", null)));

        _clock.Forward(TimeSpan.FromMinutes(1));
        Assert.Equal(20, await CountAsync(i => ($"n{i}", $"2001:db8::{i:x}", null)));
    }

    [Fact]
    public async Task A_known_browser_has_tries_of_its_own_which_nobody_elses_use_up()
    {
        Assert.Equal(10, await CountAsync(i => ("una", $"192.0.2.{i}", null)));

        Assert.Equal(10, await CountAsync(_ => ("una", "192.0.2.1", "mine")));
        Assert.Equal(10, await CountAsync(_ => ("una", "192.0.2.1", "my other one")));
        Assert.Equal(10, await CountAsync(_ => ("otto", "192.0.2.1", "mine")));
    }

    [Fact]
    public async Task What_was_refused_for_the_account_costs_the_network_nothing_and_what_went_well_costs_neither()
    {
        await CountAsync(i => ("una", $"192.0.2.{i}", null));
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("signin.throttled", (await _attempts.SignInAsync("una", "203.0.113.1", null)).Problem?.Code);
            var attempt = await _attempts.SignInAsync("otto", "203.0.113.1", null);
            await attempt.Value.SucceededAsync();
        }

        Assert.Equal(20, await CountAsync(i => ($"n{i}", "203.0.113.1", null)));
    }

    [Fact]
    public async Task S08_nodes_that_share_a_store_give_no_more_tries_than_one()
    {
        var shared = new MemoryAttempts(_clock);
        PasswordAttempts[] nodes = [new(shared), new(shared), new(shared)];
        var (accounts, codes) = (0, 0);

        for (var i = 0; i < 60; i++)
        {
            accounts += (await nodes[i % 3].SignInAsync("una", $"192.0.2.{i}", null)).Ok ? 1 : 0;
            codes += (await nodes[i % 3].CodeAsync("una")).Ok ? 1 : 0;
        }

        Assert.Equal((PasswordAttempts.PerAccount, PasswordAttempts.Codes), (accounts, codes));
        Assert.True((await nodes[0].SignInAsync("una", "203.0.113.1", "her browser")).Ok);
    }

    [Fact]
    public async Task Codes_are_tried_five_times_and_then_once_in_five_minutes()
    {
        Assert.Equal(5, await CodesAsync());

        _clock.Forward(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await CodesAsync());
    }

    private async Task<int> CodesAsync()
    {
        var allowed = 0;
        for (var i = 0; i < 100; i++)
        {
            allowed += (await _attempts.CodeAsync("una")).Ok ? 1 : 0;
        }

        return allowed;
    }

    private async Task<int> CountAsync(Func<int, (string Account, string Ip, string? Browser)> attempt)
    {
        var allowed = 0;
        foreach (var (account, ip, browser) in Enumerable.Range(1, 100).Select(attempt))
        {
            allowed += (await _attempts.SignInAsync(account, ip, browser)).Ok ? 1 : 0;
        }

        return allowed;
    }
}
