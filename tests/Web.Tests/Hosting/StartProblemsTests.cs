using Microsoft.AspNetCore.Connections;
using Palisade.Storage;
using Palisade.Web.Hosting;

namespace Palisade.Web.Tests.Hosting;

public sealed class StartProblemsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_data_folder_that_is_a_file_ends_the_start_with_a_message()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");

        Assert.Equal(1, await PalisadeServer.RunAsync(["--data", file]));
        Assert.Equal(
            $"{file} is a file; name a folder with --data",
            StartProblems.Of(new IOException("exists"), new() { DataDirectory = file })
        );
    }

    [Fact]
    public void What_a_person_can_put_right_says_how()
    {
        var options = new ServerOptions { DataDirectory = _folder, HttpsPort = 5443 };

        Assert.Equal(
            "port 5443 is in use by another process; stop it, or choose another with --https-port",
            StartProblems.Of(new IOException("bind", new AddressInUseException("bind")), options)
        );
        Assert.Contains("--data", StartProblems.Of(new UnauthorizedAccessException("denied."), options));
        Assert.Equal("in use", StartProblems.Of(new StoreUnusableException("in use"), options));
        Assert.Null(StartProblems.Of(new InvalidOperationException("a bug"), options));
    }
}
