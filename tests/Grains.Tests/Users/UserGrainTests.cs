using Palisade.Domain.Kernel;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Users;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Users;

public sealed class UserGrainTests
{
    private static readonly Caller Una = By("una", org: null);
    private static readonly Sensitive<string> First = new("correct horse battery");
    private static readonly Sensitive<string> Second = new("staple of another kind");

    [Fact]
    public async Task Personal_data_is_for_its_owner()
    {
        await using var acme = await StartAsync(pump: false);
        var una = await RegisterAsync(acme);

        Assert.Equal("una@example.com", Ok(await una.GetAsync(Una)).Email);
        Assert.Equal("access.denied", Code(await una.GetAsync(Developer)));
        Assert.Equal("access.denied", Code(await una.GetAsync(Operator)));
        Assert.Equal(
            "user.email_taken",
            Code(await acme.Host.Grains.GetGrain<IUserGrain>("other").RegisterAsync(Operator, Registration))
        );
    }

    [Fact]
    public async Task A_changed_password_ends_every_session_and_no_token()
    {
        await using var acme = await StartAsync(pump: false);
        var una = await RegisterAsync(acme);
        Ok(await una.IssueCredentialAsync(Una, new IssueCredential("cli", "laptop", TimeSpan.FromDays(1))));
        Ok(await una.IssueCredentialAsync(Una, new IssueCredential("session", "browser", TimeSpan.FromHours(1))));
        Assert.Equal("password.wrong", Code(await una.ChangePasswordAsync(Una, Second, First)));

        Ok(await una.ChangePasswordAsync(Una, First, Second));

        Assert.All(
            await acme.Host.Store.Tickets.ListAsync("una"),
            t => Assert.Equal(t.Kind == "session", t.Revoked is not null)
        );
        Assert.False(Ok(await una.GetAsync(Una)).MustChangePassword);
        var (signIn, step) = (acme.Host.Get<SignIn>(), acme.Host.Get<PasswordStep>());
        var stranger = By("", PrincipalKind.None, null);
        Assert.Equal(
            "signin.refused",
            Code(await signIn.BeginAsync(stranger, step, new PasswordEvidence("una@example.com", First)))
        );
        Assert.Equal(
            "signin.refused",
            Code(await signIn.BeginAsync(stranger, step, new PasswordEvidence("nobody@example.com", First)))
        );
        Assert.NotEqual(
            "",
            Ok(await signIn.BeginAsync(stranger, step, new PasswordEvidence("una@example.com", Second))).Id
        );
    }

    [Fact]
    public async Task Of_two_changes_from_the_same_password_one_wins()
    {
        await using var acme = await StartAsync(pump: false);
        var una = await RegisterAsync(acme);

        var codes = await Task.WhenAll(
            una.ChangePasswordAsync(Una, First, Second),
            una.ChangePasswordAsync(Una, First, new("a third one, also long"))
        );

        Assert.Equal(1, codes.Count(r => r.Ok));
        Assert.Contains(codes.Single(r => !r.Ok).Problem!.Code, new[] { "password.moved", "password.wrong" });
    }

    [Theory]
    [InlineData(0, "token.lifetime_invalid")]
    [InlineData(-1, "token.lifetime_invalid")]
    [InlineData(91, "token.lifetime_invalid")]
    [InlineData(90, "ok")]
    public async Task A_credential_lives_within_bounds(int days, string code)
    {
        await using var acme = await StartAsync(pump: false);
        var una = await RegisterAsync(acme);

        Assert.Equal(
            code,
            Code(await una.IssueCredentialAsync(Una, new IssueCredential("cli", "x", TimeSpan.FromDays(days))))
        );
        Assert.Equal(
            "user.not_found",
            Code(
                await acme
                    .Host.Grains.GetGrain<IUserGrain>("nobody")
                    .IssueCredentialAsync(
                        By("nobody", org: null),
                        new IssueCredential("cli", "x", TimeSpan.FromDays(1))
                    )
            )
        );
    }

    [Fact]
    public async Task A_credential_is_revoked_once_and_by_its_owner()
    {
        await using var acme = await StartAsync(pump: false);
        var una = await RegisterAsync(acme);
        var issued = Ok(
            await una.IssueCredentialAsync(Una, new IssueCredential("cli", "laptop", TimeSpan.FromDays(1)))
        );

        Assert.Equal("access.denied", Code(await una.RevokeCredentialAsync(Developer, CredentialKinds.Cli, issued.Id)));
        Assert.Equal("token.not_found", Code(await una.RevokeCredentialAsync(Una, CredentialKinds.Cli, "nope")));
        Ok(await una.RevokeCredentialAsync(Una, CredentialKinds.Cli, issued.Id));
        var revoked = Assert.Single(await acme.Host.Store.Tickets.ListAsync("una")).Revoked;
        acme.Host.Time.Shift(TimeSpan.FromHours(1));
        Ok(await una.RevokeCredentialAsync(Una, CredentialKinds.Cli, issued.Id));
        Assert.Equal(revoked, Assert.Single(await acme.Host.Store.Tickets.ListAsync("una")).Revoked);
    }

    private static RegisterUser Registration => new("una@example.com", "Una", First, true);

    private static async Task<IUserGrain> RegisterAsync(Acme acme)
    {
        var una = acme.Host.Grains.GetGrain<IUserGrain>("una");
        Ok(await una.RegisterAsync(Operator, Registration));
        return una;
    }
}
