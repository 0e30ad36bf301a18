using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Storage.Views;
using Palisade.Web.FirstRun;

namespace Palisade.Web.Tests.FirstRun;

/// <summary>A first sign-in that whoever installs this has chosen: what deploy/ starts nodes with.</summary>
public sealed class ChosenFirstRunTests : IDisposable
{
    private const string Email = "ana@example.com";
    private const string Password = "seven unrelated words 471";

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-chosen-").FullName;

    private string PasswordFile => Path.Combine(_folder, "first-password");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S01_a_server_whose_first_sign_in_was_chosen_may_listen_for_others_and_leaves_no_secret()
    {
        await File.WriteAllTextAsync(PasswordFile, Password + "\n");
        await using var first = new FirstStart();
        var chosen = new FirstRunOptions { Email = Email, PasswordFile = PasswordFile };
        Assert.Null(await RefusalAsync(first, chosen));
        await first.App.StartAsync();
        var setup = SetupOf(first, chosen);
        await setup.CheckAsync(first.Options, default);
        await setup.RunAsync(first.Options, default);

        Assert.False(File.Exists(first.Path));
        Assert.False(File.Exists(FirstRunFile.PendingIn(first.Options.DataDirectory)));
        Assert.Empty(await first.FilesWithAsync(Password));
        var id = await first.AdministratorAsync(Email);
        Assert.Empty(await first.Services.GetRequiredService<IStore>().Tickets.ListAsync(id));
        var user = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(id);
        var changed = await user.ChangePasswordAsync(FirstStart.CallerOf(id), new(Password), new("one of my own 471"));
        Assert.True(changed.Ok, changed.Problem?.Text);

        // The file is deleted, as it should be; others were never told of it.
        File.Delete(PasswordFile);
        await setup.CheckAsync(first.Options, default);
        await setup.RunAsync(first.Options, default);
        Assert.Null(await RefusalAsync(first, chosen));
        Assert.Null(await RefusalAsync(first, new()));
    }

    [Fact]
    public async Task S02_a_first_password_that_was_chosen_must_be_changed_too()
    {
        await File.WriteAllTextAsync(PasswordFile, Password);
        await using var first = new FirstStart();
        await first.App.StartAsync();
        var setup = SetupOf(first, new() { Email = Email, PasswordFile = PasswordFile });
        await setup.RunAsync(first.Options, default);

        var people = first.Services.GetRequiredService<People>();
        var id = await first.AdministratorAsync(Email);
        Assert.True((await people.FindAsync(id))!.State.MustChangePassword);
    }

    [Theory]
    [InlineData(Email, null, "belong together")]
    [InlineData("", Password, "belong together")]
    [InlineData("ana", Password, "the address of a person")]
    [InlineData(FirstRunSetup.Email, Password, "the address of a person")]
    [InlineData(Email, "s3cret", "at least 12 characters")]
    [InlineData(Email, "", "at least 12 characters")]
    [InlineData(Email, "password1234", "tried first")]
    public async Task What_can_be_no_first_sign_in_is_said_before_anything_is_made(
        string email,
        string? password,
        string why
    )
    {
        if (password is not null)
        {
            await File.WriteAllTextAsync(PasswordFile, password);
        }

        await using var first = new FirstStart();
        var setup = SetupOf(first, new() { Email = email, PasswordFile = password is null ? "" : PasswordFile });
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            setup.CheckAsync(first.Options, default)
        );

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        if (password is { Length: > 0 })
        {
            Assert.DoesNotContain(password, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        await using var first = new FirstStart();
        var setup = SetupOf(first, new() { Email = Email, PasswordFile = PasswordFile });

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            setup.CheckAsync(first.Options, default)
        );

        Assert.Contains(PasswordFile, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_run_that_was_killed_goes_on_for_whom_it_was_begun()
    {
        await using var first = new FirstStart();
        await first.App.StartAsync();
        var begun = new FirstRunFile
        {
            Url = "https://localhost:5443",
            Organization = "main",
            Rack = "local",
            Email = Email,
            Password = "",
            CliToken = "u0123456789ab",
            RouterUrl = "http://localhost:8080",
        };
        begun.Write(FirstRunFile.PendingIn(first.Options.DataDirectory));

        var other = SetupOf(first, new());
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            other.CheckAsync(first.Options, default)
        );
        Assert.Contains(Email, fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, await first.Services.GetRequiredService<IStore>().Views.CountAsync("", ViewKinds.Org, ""));

        await File.WriteAllTextAsync(PasswordFile, Password);
        var same = SetupOf(first, new() { Email = Email, PasswordFile = PasswordFile });
        await same.CheckAsync(first.Options, default);
        await same.RunAsync(first.Options, default);
        Assert.Equal(begun.CliToken, await first.AdministratorAsync(Email));
        Assert.False(File.Exists(first.Path));
    }

    [Fact]
    public async Task S01_a_first_run_whose_sign_in_was_drawn_stays_closed_to_others_whatever_is_chosen_later()
    {
        await using var first = new FirstStart();
        var drawn = new FirstRunFile
        {
            Url = "https://localhost:5443",
            Organization = "main",
            Rack = "local",
            Email = FirstRunSetup.Email,
            Password = Password,
            CliToken = "u0123456789ab",
            RouterUrl = "http://localhost:8080",
        };
        drawn.Write(FirstRunFile.PendingIn(first.Options.DataDirectory));

        var refusal = await RefusalAsync(first, new() { Email = Email, PasswordFile = PasswordFile });

        Assert.Contains("first run has not been done", refusal, StringComparison.Ordinal);
    }

    private static FirstRunSetup SetupOf(FirstStart first, FirstRunOptions chosen) =>
        ActivatorUtilities.CreateInstance<FirstRunSetup>(first.Services, chosen);

    private static Task<string?> RefusalAsync(FirstStart first, FirstRunOptions chosen) =>
        ActivatorUtilities
            .CreateInstance<BindGuard>(first.Services, chosen)
            .RefusalAsync(first.Options with { Bind = "0.0.0.0" }, default);
}
