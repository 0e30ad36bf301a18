using OtpNet;
using Palisade.Web.Console.People;

namespace Palisade.Web.Tests.Console.People;

/// <summary>Short forms of what people do on the console API.</summary>
internal static class PeopleWorld
{
    public static GrantJson On(string role, params string[] racks) =>
        new(role, racks is [] ? new(All: true) : new(Names: [.. racks]));

    /// <summary>Sends an invite as ada and gives its token.</summary>
    public static async Task<(string Id, string Token)> InviteAsync(
        this ConsoleWorld world,
        string? email,
        params GrantJson[] roles
    )
    {
        var sent = await world.SendAsync<IssuedInviteJson>(
            "ada",
            "POST",
            "/orgs/acme/invites",
            new NewInviteJson([.. roles], email, Open: email is null)
        );
        Assert.Equal(201, sent.Status);
        return (sent.Value!.Id, sent.Value.Link[(sent.Value.Link.IndexOf('#', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>
    /// Sets up a second factor; gives the code of the app that confirmed it, which is spent, and the recovery codes.
    /// </summary>
    public static async Task<(string Spent, IReadOnlyList<string> Codes)> EnrollAsync(
        this ConsoleWorld world,
        string user
    )
    {
        var draft = await world.SendAsync<FactorJson>(
            user,
            "POST",
            "/account/second-factor",
            new PasswordJson(ConsoleWorld.Password)
        );
        var secret = Base32Encoding.ToBytes(draft.Value!.Secret);
        var code = Code(secret);
        var confirmed = await world.SendAsync<RecoveryCodesJson>(
            user,
            "POST",
            "/account/second-factor/confirm",
            new CodeJson(code)
        );
        Assert.Equal(200, confirmed.Status);
        return (code, confirmed.Value!.Codes);
    }

    public static string Code(byte[] secret, int steps = 0) =>
        new Totp(secret).ComputeTotp(DateTime.UtcNow.AddSeconds(30 * steps));
}
