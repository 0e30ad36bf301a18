using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Web.FirstRun;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.FirstRun;

/// <summary>The whole product in this process after its first start, in a folder of its own and without jobs.</summary>
public sealed class FirstStart : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-first-").FullName;

    public FirstStart()
    {
        Options = new ServerOptions
        {
            DataDirectory = _folder,
            HttpsPort = 0,
            Pump = false,
        };
        App = PalisadeServer.Build(Options);
    }

    public ServerOptions Options { get; }

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public string Path => FirstRunFile.PathIn(_folder);

    public FirstRunFile File => FirstRunFile.Read(Path)!;

    public Uri Url =>
        new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async Task RunAsync()
    {
        await App.StartAsync();
        await Services.GetRequiredService<FirstRunSetup>().RunAsync(Options, default);
    }

    public async Task<string> AdministratorAsync(string email = FirstRunSetup.Email)
    {
        var people = Services.GetRequiredService<People>();
        Assert.True(EmailAddress.TryParse(email, out var address));
        return (await people.FindByEmailHashAsync(await people.EmailHashAsync(address)))!.State.Id;
    }

    /// <summary>Somebody who has signed in and must change the password.</summary>
    public static Caller CallerOf(string user) =>
        new()
        {
            Principal = new(PrincipalKind.User, user, "Administrator"),
            SignIn = "session",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "0123456789ab",
            MustChangePassword = true,
        };

    /// <summary>Every file of the data folder that holds a text. The server's lock can't be read.</summary>
    public async Task<string[]> FilesWithAsync(string text)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
        {
            if (
                System.IO.Path.GetFileName(file) != "palisade.lock"
                && (await System.IO.File.ReadAllTextAsync(file, Encoding.Latin1)).Contains(
                    text,
                    StringComparison.Ordinal
                )
            )
            {
                found.Add(System.IO.Path.GetRelativePath(_folder, file));
            }
        }

        return [.. found];
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
