using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Kernel;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Web.FirstRun;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.FirstRun;

/// <summary>What the first start makes, who learns of it, and what is refused until it is replaced.</summary>
public sealed class FirstRunTests
{
    private const string Open = "0.0.0.0";

    [Fact]
    public async Task S01_the_server_is_not_opened_to_others_while_the_first_password_is_unchanged()
    {
        await using var first = new FirstStart();
        Assert.Contains("first run has not been done", await RefusalAsync(first), StringComparison.Ordinal);
        await first.RunAsync();
        var password = new Sensitive<string>(first.File.Password);

        Assert.Contains($"{first.Path} exists", await RefusalAsync(first), StringComparison.Ordinal);
        Assert.Null(await RefusalAsync(first, bind: "127.0.0.1"));
        Assert.Null(await RefusalAsync(first, bind: "::1"));

        // Deleting the file does not make forgotten what it said.
        File.Delete(first.Path);
        Assert.Contains(
            "the first password of admin@localhost is unchanged",
            await RefusalAsync(first),
            StringComparison.Ordinal
        );

        var id = await first.AdministratorAsync();
        var user = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(id);
        Assert.True((await user.ChangePasswordAsync(FirstStart.CallerOf(id), password, new("one of my own 471"))).Ok);
        Assert.Null(await RefusalAsync(first));
    }

    [Fact]
    public async Task S01_a_server_that_never_ran_ends_when_it_is_to_listen_for_others()
    {
        var folder = Directory.CreateTempSubdirectory("palisade-bind-").FullName;

        Assert.Equal(1, await PalisadeServer.RunAsync(["--data", folder, "--bind", Open]));

        Assert.False(File.Exists(FirstRunFile.PathIn(folder)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Of_several_that_start_on_one_empty_store_one_makes_the_first_organization()
    {
        await using var first = new FirstStart();
        await first.App.StartAsync();
        var setup = first.Services.GetRequiredService<FirstRunSetup>();
        var folders = Enumerable
            .Range(0, 4)
            .Select(_ => Directory.CreateTempSubdirectory("palisade-first-").FullName)
            .ToArray();

        await Task.WhenAll(
            folders.Select(folder => setup.RunAsync(first.Options with { DataDirectory = folder }, default))
        );

        var made = Assert.Single(folders, folder => File.Exists(FirstRunFile.PathIn(folder)));
        Assert.DoesNotContain(folders, folder => File.Exists(FirstRunFile.PendingIn(folder)));
        // The account is the one whose password was told.
        var id = await first.AdministratorAsync();
        var user = first.Services.GetRequiredService<IGrainFactory>().GetGrain<IUserGrain>(id);
        var password = new Sensitive<string>(FirstRunFile.Read(FirstRunFile.PathIn(made))!.Password);
        Assert.True((await user.ChangePasswordAsync(FirstStart.CallerOf(id), password, new("one of my own 471"))).Ok);
        Array.ForEach(folders, folder => Directory.Delete(folder, recursive: true));
    }

    [Fact]
    public async Task S02_the_first_token_ends_after_seven_days()
    {
        await using var first = new FirstStart();
        var before = DateTimeOffset.UtcNow;
        await first.RunAsync();

        var tickets = first.Services.GetRequiredService<IStore>().Tickets;
        var token = Assert.Single(await tickets.ListAsync(await first.AdministratorAsync()));

        Assert.InRange(token.Expires - before, TimeSpan.FromDays(7), TimeSpan.FromDays(7.01));
    }

    [Fact]
    public async Task S02_first_secrets_are_in_a_file_of_the_owner_alone_and_else_on_a_terminal_only()
    {
        await using var first = new FirstStart();
        await first.RunAsync();
        var made = first.File;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(first.Path));
        Assert.Equal(["first-run.json"], await first.FilesWithAsync(made.Password));
        Assert.Equal(["first-run.json"], await first.FilesWithAsync(made.CliToken));
        var piped = Banner.Text(first.Options, first.Path, made, toTerminal: false);
        Assert.DoesNotContain(made.Password, piped, StringComparison.Ordinal);
        Assert.DoesNotContain(made.CliToken, piped, StringComparison.Ordinal);
        Assert.Contains($"sign-in is in {first.Path}", piped, StringComparison.Ordinal);
        var shown = Banner.Text(first.Options, first.Path, made, toTerminal: true);
        Assert.Contains(made.Password, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(made.CliToken, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S05_data_protection_keys_are_in_the_store_and_sealed()
    {
        await using var first = new FirstStart();
        await first.RunAsync();
        using var http = new HttpClient(
            new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }
        );

        // Its form has a token that needs a key.
        Assert.Contains("<form", await http.GetStringAsync(new Uri(first.Url, "/login")), StringComparison.Ordinal);

        var objects = first.Services.GetRequiredService<IStore>().Objects;
        var key = Assert.Single(await objects.ListAsync("", "protection/", 10)).Key;
        await using var content = await objects.OpenAsync("", key);
        var secret = (await XElement.LoadAsync(content!, default, default))
            .Descendants()
            .Single(e => e is { Name.LocalName: "value", HasElements: false, Parent.Name.LocalName: "masterKey" })
            .Value;
        Assert.True(secret.Length > 40, "the key is there");
        Assert.Empty(await first.FilesWithAsync(secret));
        Assert.Empty(await first.FilesWithAsync("<masterKey"));
    }

    private static Task<string?> RefusalAsync(FirstStart first, string bind = Open) =>
        first.Services.GetRequiredService<BindGuard>().RefusalAsync(first.Options with { Bind = bind }, default);
}
