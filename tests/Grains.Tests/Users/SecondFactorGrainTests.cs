using OtpNet;
using Palisade.Domain.Kernel;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Users;

/// <summary>The second step of a sign-in, as it is written.</summary>
public sealed class SecondFactorGrainTests
{
    private static readonly Sensitive<string> Password = new("correct horse battery");

    [Fact]
    public async Task The_password_alone_opens_nothing_and_a_code_lets_one_in_once()
    {
        await using var acme = await StartAsync(pump: false);
        var (secret, _) = await EnrollAsync(acme);
        var (first, second) = (await BeginAsync(acme), await BeginAsync(acme));
        Assert.True(first.NeedsSecondFactor);

        acme.Host.Time.Shift(TimeSpan.FromMinutes(1));
        var code = CodeOf(acme, secret);
        Assert.Equal("factor.wrong", Code(await CompleteAsync(acme, first, Other(code))));
        Assert.Equal("ok", Code(await CompleteAsync(acme, first, code)));

        Assert.Equal("signin.over", Code(await CompleteAsync(acme, first, code)));
        Assert.Equal("factor.wrong", Code(await CompleteAsync(acme, second, code)));
    }

    [Fact]
    public async Task Of_two_that_use_one_recovery_code_at_the_same_moment_one_is_let_in()
    {
        await using var acme = await StartAsync(pump: false);
        var (_, codes) = await EnrollAsync(acme);
        var begun = new[] { await BeginAsync(acme), await BeginAsync(acme) };

        var ended = await Task.WhenAll(begun.Select(b => CompleteAsync(acme, b, codes[0].Reveal())));

        Assert.Single(ended, result => result.Ok);
        Assert.Single(ended, result => Code(result) == "factor.wrong");
        Assert.Equal(9, Ok(await Una(acme).GetAsync(By("una", org: null))).RecoveryCodesLeft);
    }

    [Fact]
    public async Task Codes_are_guessed_a_few_times_only_whoever_has_the_password()
    {
        await using var acme = await StartAsync(pump: false);
        var (secret, _) = await EnrollAsync(acme);
        acme.Host.Time.Shift(TimeSpan.FromMinutes(1));
        var begun = await BeginAsync(acme);
        var wrong = Other(CodeOf(acme, secret));

        for (var i = 0; i < PasswordAttempts.Codes; i++)
        {
            Assert.Equal("factor.wrong", Code(await CompleteAsync(acme, begun, wrong)));
        }

        Assert.Equal("signin.throttled", Code(await CompleteAsync(acme, begun, CodeOf(acme, secret))));
        Assert.Equal("signin.throttled", Code(await CompleteAsync(acme, await BeginAsync(acme), CodeOf(acme, secret))));
    }

    private static string CodeOf(Acme acme, byte[] secret) =>
        new Totp(secret).ComputeTotp(acme.Host.Time.GetUtcNow().UtcDateTime);

    private static string Other(string code) => $"{code[..^1]}{(char)('0' + ((code[^1] - '0' + 1) % 10))}";

    private static IUserGrain Una(Acme acme) => acme.Host.Grains.GetGrain<IUserGrain>("una");

    private static async Task<IssuedCredential> BeginAsync(Acme acme) =>
        Ok(
            await acme
                .Host.Get<SignIn>()
                .BeginAsync(
                    By("", PrincipalKind.None, null),
                    acme.Host.Get<PasswordStep>(),
                    new PasswordEvidence("una@example.com", Password)
                )
        );

    private static Task<Result<IssuedCredential>> CompleteAsync(Acme acme, IssuedCredential begun, string code) =>
        acme
            .Host.Get<SignIn>()
            .CompleteAsync(
                By("", PrincipalKind.None, null),
                Domain.Users.Tokens.Hash(begun.Secret),
                new Sensitive<string>(code)
            );

    private static async Task<(byte[] Secret, IReadOnlyList<Sensitive<string>> Codes)> EnrollAsync(Acme acme)
    {
        var una = Una(acme);
        Ok(await una.RegisterAsync(Operator, new RegisterUser("una@example.com", "Una", Password, false)));
        var token = Ok(
            await una.IssueCredentialAsync(
                By("una", org: null),
                new IssueCredential("cli", "laptop", TimeSpan.FromDays(1))
            )
        );
        var caller = By("una", org: null) with { CredentialId = token.Id };
        var secret = Base32Encoding.ToBytes(Ok(await una.ProposeSecondFactorAsync(caller, Password)).Secret.Reveal());
        var codes = Ok(await una.ConfirmSecondFactorAsync(caller, new Sensitive<string>(CodeOf(acme, secret))));
        return (secret, codes);
    }
}
