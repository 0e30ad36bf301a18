using System.Net;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Storage.Views;
using Palisade.Web.Hosting;

namespace Palisade.Web.FirstRun;

/// <summary>S01: open to others only when nobody can sign in with what the first run made.</summary>
internal sealed class BindGuard(IStore store, People people, FirstRunOptions chosen)
{
    /// <summary>Why the server must not listen where it is told to, or null.</summary>
    public async Task<string?> RefusalAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        if (IPAddress.IsLoopback(IPAddress.Parse(options.Bind)))
        {
            return null;
        }

        var file = FirstRunFile.PathIn(options.DataDirectory);
        var cause =
            File.Exists(file) ? $"{file} exists"
            : await HasRunAsync(options, cancellationToken) ? await UnchangedAsync(cancellationToken)
            : IsChosen(options) ? null
            : "the first run has not been done";
        return cause is null
            ? null
            : $"--bind {options.Bind} is refused while {cause}: start without it, sign in, change the first password, "
                + $"then delete {file}; or choose the first sign-in yourself, with FirstRun__Email and FirstRun__PasswordFile";
    }

    /// <summary>Nothing was drawn, by a first run that was killed neither.</summary>
    private bool IsChosen(ServerOptions options) =>
        chosen.IsChosen
        && FirstRunFile.Read(FirstRunFile.PendingIn(options.DataDirectory)) is null or { IsChosen: true };

    private async Task<bool> HasRunAsync(ServerOptions options, CancellationToken cancellationToken) =>
        !File.Exists(FirstRunFile.PendingIn(options.DataDirectory))
        && await store.Views.CountAsync("", ViewKinds.Org, "", cancellationToken) > 0;

    /// <summary>Who deletes the file may have kept what it said.</summary>
    private async Task<string?> UnchangedAsync(CancellationToken cancellationToken) =>
        EmailAddress.TryParse(FirstRunSetup.Email, out var address)
        && await people.FindByEmailHashAsync(await people.EmailHashAsync(address, cancellationToken), cancellationToken)
            is { State.MustChangePassword: true }
            ? $"the first password of {FirstRunSetup.Email} is unchanged"
            : null;
}
