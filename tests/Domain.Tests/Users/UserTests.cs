using Palisade.Domain.Kernel;
using Palisade.Domain.Users;

namespace Palisade.Domain.Tests.Users;

public sealed class UserTests
{
    private static readonly PasswordHash First = PasswordHash.Create(
        new("the first password"),
        new byte[16],
        PasswordHash.MinIterations
    );
    private static readonly Sealed Box = new("key-1", new byte[12], new byte[32]);
    private static readonly DecideContext Context = new(
        DateTimeOffset.UnixEpoch,
        new Caller
        {
            Principal = Principal.System,
            SignIn = "first-run",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "1",
        },
        null!
    );

    private UserState _state = new();

    [Fact]
    public void Registering_makes_an_account_once()
    {
        Given();

        Assert.True(_state is { Exists: true, MustChangePassword: true, Id: "u1" });
        Assert.Equal(
            "user.exists",
            UserDecisions.Register(_state, "u1", new(Box, Box, First, false), Context).Problem?.Code
        );
    }

    [Theory]
    [InlineData("ana", "Ana", "green tractor 9 sings", "user.email_invalid")]
    [InlineData("ana@example.com", " ", "green tractor 9 sings", "user.name_invalid")]
    [InlineData("ana@example.com", "A\nb", "green tractor 9 sings", "user.name_invalid")]
    [InlineData("ana@example.com", "Ana", "short", "password.too_short")]
    [InlineData("ana@example.com", "Ana", "green tractor 9 sings", null)]
    public void Registering_checks_first(string email, string name, string password, string? code) =>
        Assert.Equal(code, UserDecisions.CheckRegistration(email, name, new(password)).Problem?.Code);

    [Fact]
    public void Changing_the_password_needs_the_current_one_and_ends_the_duty_to_change_it()
    {
        Given();

        Assert.Equal(
            "password.wrong",
            UserDecisions.CheckPasswordChange(_state, new("wrong"), new("green tractor 9 sings"))?.Code
        );
        Assert.Equal(
            "password.unchanged",
            UserDecisions.CheckPasswordChange(_state, new("the first password"), new("the first password"))?.Code
        );
        Assert.Equal(
            "password.too_short",
            UserDecisions.CheckPasswordChange(_state, new("the first password"), new("short"))?.Code
        );
        Assert.Null(UserDecisions.CheckPasswordChange(_state, new("the first password"), new("green tractor 9 sings")));

        var next = PasswordHash.Create(new("green tractor 9 sings"), new byte[16], PasswordHash.MinIterations);
        Do(UserDecisions.SetPassword(_state, next, Context));

        Assert.False(_state.MustChangePassword);
        Assert.Equal(
            SignInOutcome.Ok,
            SignIns.Check(_state, new("green tractor 9 sings"), PasswordHash.MinIterations, Context.Now)
        );
        Assert.Equal(
            SignInOutcome.WrongPassword,
            SignIns.Check(_state, new("the first password"), PasswordHash.MinIterations, Context.Now)
        );
    }

    [Fact]
    public void A_sign_in_tells_the_record_more_than_the_person()
    {
        Given();
        Assert.Equal(SignInOutcome.UnknownUser, SignIns.Check(null, new("x"), PasswordHash.MinIterations, Context.Now));
        Assert.Equal(
            SignInOutcome.UnknownUser,
            SignIns.Check(new UserState(), new("x"), PasswordHash.MinIterations, Context.Now)
        );
        Assert.Equal(SignIns.Refusal(SignInOutcome.UnknownUser), SignIns.Refusal(SignInOutcome.WrongPassword));

        Do(UserDecisions.Disable(_state, "left", Context));

        Assert.Equal(
            SignInOutcome.Disabled,
            SignIns.Check(_state, new("the first password"), PasswordHash.MinIterations, Context.Now)
        );
        Assert.Equal(
            SignInOutcome.WrongPassword,
            SignIns.Check(_state, new("x"), PasswordHash.MinIterations, Context.Now)
        );
        Assert.Empty(UserDecisions.Disable(_state, "left", Context).Value.Events);
        Do(UserDecisions.Enable(_state, Context));
        Assert.Null(_state.Disabled);
    }

    [Theory]
    [InlineData(TokenFault.Unknown)]
    [InlineData(TokenFault.Malformed)]
    [InlineData(TokenFault.Expired)]
    [InlineData(TokenFault.Revoked)]
    [InlineData(TokenFault.WrongAddress)]
    [InlineData(TokenFault.UserDisabled)]
    public void S11_a_bad_token_is_refused_with_the_words_that_the_client_shows(TokenFault fault)
    {
        var problem = SignIns.Refusal(fault);

        Assert.Contains("cli token is expired", problem.Text);
        Assert.Equal(401, ProblemKinds.Of(problem).HttpStatus);
    }

    [Fact]
    public void Organizations_are_joined_and_left_once()
    {
        Given();

        Do(UserDecisions.Join(_state, "acme"));
        Assert.Equal(["acme"], _state.Orgs);
        Assert.Empty(UserDecisions.Join(_state, "acme").Value.Events);
        Do(UserDecisions.Leave(_state, "acme"));
        Assert.Empty(_state.Orgs);
    }

    [Fact]
    public void Nothing_is_done_to_an_account_that_is_not()
    {
        Assert.Equal("user.not_found", UserDecisions.SetPassword(_state, First, Context).Problem?.Code);
        Assert.Equal("user.not_found", UserDecisions.Disable(_state, "x", Context).Problem?.Code);
        Assert.Equal("user.not_found", UserDecisions.Join(_state, "acme").Problem?.Code);
    }

    [Fact]
    public void The_state_survives_its_snapshot()
    {
        Given();
        Do(UserDecisions.Join(_state, "acme"));

        var read = ViewJson.Read<UserState>(ViewJson.Write(_state));

        Assert.Equal(_state with { Orgs = [] }, read with { Orgs = [] });
        Assert.Equal(_state.Orgs, read.Orgs);
    }

    private void Given() =>
        Do(UserDecisions.Register(_state, "u1", new(Box, Box, First, MustChangePassword: true), Context));

    private void Do(Result<Decision<UserEvent, Done>> decided)
    {
        Assert.True(decided.Ok, decided.ToString());
        _state = decided.Value.Events.Aggregate(_state, UserState.Apply);
    }
}
