using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Domain.Tests.Users;

/// <summary>Codes of authenticator apps and recovery codes.</summary>
public sealed class SecondFactorTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly Sealed Box = new("key-1", new byte[12], new byte[32]);
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private UserState _state = new() { Id = "u1" };

    /// <summary>RFC 6238, appendix B, SHA-1: the last six of its eight digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public void Codes_are_those_of_RFC_6238(long seconds, string code) =>
        Assert.Equal(
            seconds / Totp.Period,
            Totp.Match(Secret, code, DateTimeOffset.FromUnixTimeSeconds(seconds), after: 0)
        );

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_differ_by_one_step(int steps, bool good) =>
        Assert.Equal(
            good,
            Totp.Match(Secret, CodeAt(Noon.AddSeconds(steps * Totp.Period)), Noon, after: 0) is not null
        );

    [Theory]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("28708x")]
    [InlineData("٢٨٧٠٨٢")]
    [InlineData("")]
    public void What_has_not_the_form_of_a_code_is_none(string code) =>
        Assert.Null(Totp.Match(Secret, code, DateTimeOffset.FromUnixTimeSeconds(59), after: 0));

    [Fact]
    public void Spaces_between_the_digits_do_not_count() =>
        Assert.Equal(1, Totp.Match(Secret, "287 082", DateTimeOffset.FromUnixTimeSeconds(59), after: 0));

    [Fact]
    public void A_code_is_good_once_and_older_ones_are_spent_with_it()
    {
        Enroll(Noon);
        var (earlier, now, later) = (
            CodeAt(Noon.AddSeconds(Totp.Period)),
            CodeAt(Noon.AddSeconds(2 * Totp.Period)),
            CodeAt(Noon.AddSeconds(3 * Totp.Period))
        );
        var at = Noon.AddSeconds(2 * Totp.Period);

        Assert.Equal("factor.wrong", Use(CodeAt(Noon), Noon).Problem?.Code);
        Do(Use(now, at));
        Assert.Equal("factor.wrong", Use(now, at).Problem?.Code);
        Assert.Equal("factor.wrong", Use(earlier, at).Problem?.Code);
        Do(Use(later, at));
    }

    [Fact]
    public void A_recovery_code_is_good_once_and_new_ones_void_the_old()
    {
        Enroll(Noon);

        Assert.Equal("factor.wrong", Spend("no such").Problem?.Code);
        Do(Spend("b"));
        Assert.Equal("factor.wrong", Spend("b").Problem?.Code);
        Assert.Equal<string>(["a", "c"], _state.SecondFactor!.RecoveryCodes);
        Do(SecondFactorDecisions.ReplaceRecoveryCodes(_state, ["d"], ContextAt(Noon)));
        Assert.Equal("factor.wrong", Spend("a").Problem?.Code);
        Do(Spend("d"));
    }

    [Fact]
    public void A_proposed_secret_counts_for_a_quarter_of_an_hour_and_for_nothing_until_it_is_confirmed()
    {
        Do(SecondFactorDecisions.Propose(_state, Box, ContextAt(Noon)));
        Assert.Null(_state.SecondFactor);
        Assert.Equal("factor.none", Use(CodeAt(Noon), Noon).Problem?.Code);

        var late = Noon + ProposedFactor.Lasts + TimeSpan.FromSeconds(1);
        Assert.Equal("factor.not_proposed", Confirm(late).Problem?.Code);
        Assert.Equal("factor.wrong", Confirm(Noon, CodeAt(Noon.AddMinutes(5))).Problem?.Code);
        Do(Confirm(Noon));

        Assert.Equal("factor.exists", SecondFactorDecisions.Propose(_state, Box, ContextAt(Noon)).Problem?.Code);
        Do(SecondFactorDecisions.Remove(_state, ContextAt(Noon)));
        Assert.Equal("factor.none", Use(CodeAt(Noon), Noon).Problem?.Code);
    }

    [Fact]
    public void Recovery_codes_are_read_however_they_are_typed()
    {
        var code = RecoveryCodes.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).Reveal();

        Assert.Equal("01234-56789", code);
        Assert.Equal("0123456789", RecoveryCodes.Normal(new("o1234 567-89")));
        Assert.Equal("0123456789", RecoveryCodes.Normal(new("OL234-56789")));
        Assert.Null(RecoveryCodes.Normal(new("01234-5678")));
        Assert.Null(RecoveryCodes.Normal(new("01234-5678u")));
        Assert.Null(RecoveryCodes.Normal(new("287082")));
    }

    private static string CodeAt(DateTimeOffset at) => new OtpNet.Totp(Secret).ComputeTotp(at.UtcDateTime);

    private static DecideContext ContextAt(DateTimeOffset at) =>
        new(
            at,
            new Caller
            {
                Principal = new Principal(PrincipalKind.User, "u1", "u1"),
                SignIn = "password",
                Ip = "192.0.2.1",
                Client = "test",
                RequestId = "1",
            },
            null!
        );

    private Result<Decision<UserEvent, Done>> Use(string code, DateTimeOffset at) =>
        SecondFactorDecisions.Use(_state, Secret, code, ContextAt(at));

    private Result<Decision<UserEvent, Done>> Spend(string fingerprint) =>
        SecondFactorDecisions.UseRecoveryCode(_state, fingerprint, ContextAt(Noon));

    private Result<Decision<UserEvent, Done>> Confirm(DateTimeOffset at, string? code = null) =>
        SecondFactorDecisions.Confirm(_state, Secret, code ?? CodeAt(at), ["a", "b", "c"], ContextAt(at));

    private void Enroll(DateTimeOffset at)
    {
        Do(SecondFactorDecisions.Propose(_state, Box, ContextAt(at)));
        Do(Confirm(at));
    }

    private void Do(Result<Decision<UserEvent, Done>> decided)
    {
        Assert.True(decided.Ok, decided.ToString());
        _state = decided.Value.Events.Aggregate(_state, UserState.Apply);
    }
}
