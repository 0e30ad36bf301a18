using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Users;

/// <summary>Signing in with a password: how often it can be tried, by whom, and what becomes of old hashes.</summary>
public sealed class PasswordSignInTests
{
    private static readonly Sensitive<string> Right = new("correct horse battery");
    private static readonly Sensitive<string> Wrong = new("another horse entirely");

    [Fact]
    public async Task Past_the_bound_even_the_right_password_is_told_to_wait_for_known_and_unknown_addresses_alike()
    {
        await using var acme = await StartAsync(pump: false);
        await RegisterAsync(acme, "una");

        foreach (var email in (string[])["una@example.com", "nobody@example.com"])
        {
            Assert.Equal("signin.refused", await TryAsync(acme, email, Wrong));
            await ExhaustAsync(acme, email);
            Assert.Equal("signin.throttled", await TryAsync(acme, email, Right));
        }
    }

    [Fact]
    public async Task Nobody_is_locked_out_of_a_browser_that_they_signed_in_with_by_who_fails_in_their_name()
    {
        await using var acme = await StartAsync(pump: false);
        await RegisterAsync(acme, "una");
        var browsers = acme.Host.Get<KnownBrowsers>();
        var (mark, others) = (await browsers.MarkAsync("una", null), await browsers.MarkAsync("otto", null));
        await ExhaustAsync(acme, "una@example.com");

        Assert.Equal("signin.throttled", await TryAsync(acme, "una@example.com", Right));
        Assert.Equal("signin.throttled", await TryAsync(acme, "una@example.com", Right, others));
        Assert.Equal("signin.throttled", await TryAsync(acme, "una@example.com", Right, Changed(mark)));
        Assert.Equal("ok", await TryAsync(acme, "una@example.com", Right, mark));
        Assert.Equal("ok", await TryAsync(acme, "una@example.com", Right, await browsers.MarkAsync("una", others)));
    }

    [Fact]
    public async Task A_sign_in_that_went_well_costs_no_try()
    {
        await using var acme = await StartAsync(pump: false);
        await RegisterAsync(acme, "una");
        await ExhaustAsync(acme, "una@example.com", leave: 1);

        Assert.Equal("ok", await TryAsync(acme, "una@example.com", Right));
        Assert.Equal("signin.refused", await TryAsync(acme, "una@example.com", Wrong));
        Assert.Equal("signin.throttled", await TryAsync(acme, "una@example.com", Right));
    }

    [Fact]
    public async Task An_old_hash_is_made_anew_by_a_good_sign_in_and_by_no_other()
    {
        await using var acme = await StartAsync(pump: false);
        await RegisterAsync(acme, "una");
        var (people, work) = (acme.Host.Get<People>(), acme.Host.Get<PasswordWork>());
        var before = (await people.FindAsync("una"))!.State.Password!;
        var raised = await work.RoundsAsync() + 50_000;
        work.AtLeast(raised);

        Assert.Equal("signin.refused", await TryAsync(acme, "una@example.com", Wrong));
        Assert.Equal(before, (await people.FindAsync("una"))!.State.Password);
        Assert.Equal("ok", await TryAsync(acme, "una@example.com", Right));

        var after = (await people.FindAsync("una"))!.State.Password!;
        Assert.Equal(raised, after.Iterations);
        Assert.NotEqual(before.Salt, after.Salt);
        Assert.Equal("ok", await TryAsync(acme, "una@example.com", Right));
        Assert.Equal(after, (await people.FindAsync("una"))!.State.Password);
    }

    [Fact]
    public async Task A_record_tells_what_the_person_is_not_told()
    {
        await using var acme = await StartAsync(pump: false);
        await RegisterAsync(acme, "una");

        await TryAsync(acme, "una@example.com", Wrong, ip: "192.0.2.1");
        await TryAsync(acme, "nobody@example.com", Wrong, ip: "192.0.2.2");

        var refused = await acme.Host.Store.Journal.SearchAsync(
            new EntryFilter
            {
                Org = "",
                Operation = Operations.SignIn.Name,
                Result = EntryResult.Denied,
            }
        );
        Assert.Contains(refused, e => e.Actor.Id == "una" && e.Body.Contains("signin.wrong_password"));
        Assert.Contains(refused, e => e.Actor.Id == "" && e.Body.Contains("signin.unknown_user"));
        Assert.DoesNotContain(refused, e => e.Body.Contains("nobody@"));
    }

    /// <summary>Uses up the account's tries from many networks, as a botnet does.</summary>
    private static async Task ExhaustAsync(Acme acme, string email, int leave = 0)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        var account = await acme.Host.Get<People>().EmailHashAsync(address);
        var attempts = acme.Host.Get<PasswordAttempts>();
        for (var i = leave; i < PasswordAttempts.PerAccount; i++)
        {
            await attempts.SignInAsync(account, $"192.0.2.{i}", null);
        }
    }

    private static string Changed(string mark) => $"{mark[..^1]}{(mark[^1] == '0' ? '1' : '0')}";

    private static async Task<string> TryAsync(
        Acme acme,
        string email,
        Sensitive<string> password,
        string? browser = null,
        string ip = "198.51.100.1"
    )
    {
        var stranger = By("", PrincipalKind.None, null) with { Ip = ip };
        var evidence = new PasswordEvidence(email, password, browser);
        return Code(await acme.Host.Get<SignIn>().BeginAsync(stranger, acme.Host.Get<PasswordStep>(), evidence));
    }

    private static async Task RegisterAsync(Acme acme, string user) =>
        Ok(
            await acme
                .Host.Grains.GetGrain<IUserGrain>(user)
                .RegisterAsync(Operator, new RegisterUser($"{user}@example.com", user, Right, false))
        );
}
