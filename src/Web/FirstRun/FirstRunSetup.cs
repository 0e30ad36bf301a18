using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Grains.Installation;
using Palisade.Grains.Orgs;
using Palisade.Grains.Racks;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Storage.Journal;
using Palisade.Storage.Views;
using Palisade.Web.Hosting;

namespace Palisade.Web.FirstRun;

/// <summary>
/// Makes the first organization, its administrator, who is the first operator too, and a local rack. Killed at any
/// point it goes on at the next start: what it drew at random is on disk before anything is made with it.
/// </summary>
public sealed class FirstRunSetup(
    IStore store,
    IGrainFactory grains,
    IIdSource ids,
    NodeIdentity node,
    FirstRunOptions chosen,
    TimeProvider time
)
{
    private const string Organization = "main";
    private const string Rack = "local";
    public const string Email = "admin@localhost";

    /// <summary>Of the first administrator.</summary>
    public const string Name = "Administrator";

    /// <summary>S02: the first CLI token expires in 7 days.</summary>
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(7);

    private static readonly TimeSpan ClaimLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!node.HasRacks)
        {
            await WaitAsync(cancellationToken);
            return;
        }

        var pending = FirstRunFile.PendingIn(options.DataDirectory);
        var draft = FirstRunFile.Read(pending);
        if (draft is null)
        {
            if (await IsDoneAsync(cancellationToken))
            {
                return;
            }

            draft = new FirstRunFile
            {
                Url = $"https://localhost:{options.HttpsPort}",
                Organization = Organization,
                Rack = Rack,
                Email = chosen.IsChosen ? chosen.Email : Email,
                // 26 of 62 characters: 154 bits, readable enough to type once.
                Password = chosen.IsChosen
                    ? ""
                    : RandomNumberGenerator.GetString(
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                        26
                    ),
                // The account's id until the token exists.
                CliToken = $"u{ids.Hex(6)}",
                RouterUrl = $"http://localhost:{options.RouterPort}",
            };
            draft.Write(pending);
        }

        if (!await IsOursAsync(draft))
        {
            File.Delete(pending);
            return;
        }

        await MakeAsync(draft, draft.CliToken, cancellationToken);
        if (!draft.IsChosen)
        {
            var token = await IssueTokenAsync(draft.CliToken, cancellationToken);
            (draft with { CliToken = token.Reveal() }).Write(FirstRunFile.PathIn(options.DataDirectory));
        }

        File.Delete(pending);
    }

    /// <summary>
    /// Throws what is wrong with a sign-in that was chosen, while it is still to be made: before anything listens.
    /// </summary>
    /// <exception cref="OptionsValidationException">What is to be done about it.</exception>
    public async Task CheckAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var draft = FirstRunFile.Read(FirstRunFile.PendingIn(options.DataDirectory));
        // Somebody else may have made the first organization since this one was killed: then nothing is asked for.
        if (node.HasRacks && (draft?.IsChosen ?? chosen.IsChosen) && !await IsDoneAsync(cancellationToken))
        {
            PasswordOf(draft);
        }
    }

    private async Task<bool> IsDoneAsync(CancellationToken cancellationToken) =>
        await store.Views.CountAsync("", ViewKinds.Org, "", cancellationToken) > 0;

    /// <summary>The first rack is of a node that has racks.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!await IsDoneAsync(cancellationToken))
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>
    /// Of several processes that start on one empty database, one makes the first organization. Should its machine be
    /// lost in the middle of that, another one may after this time.
    /// </summary>
    private async Task<bool> IsOursAsync(FirstRunFile draft) =>
        await store.Journal.AppendAsync(
            new Append
            {
                Org = "",
                Idempotency = new Idempotency("first-run", draft.CliToken, time.GetUtcNow() + ClaimLifetime),
            },
            CancellationToken.None
        )
            is not AlreadyDone { Answer: var owner }
        || owner == draft.CliToken;

    /// <param name="draft">Null: there is none yet.</param>
    private Sensitive<string> PasswordOf(FirstRunFile? draft) =>
        draft is { IsChosen: false } ? new(draft.Password)
        : draft is null || draft.Email == chosen.Email ? chosen.ReadPassword()
        : throw FirstRunOptions.Fault(
            $"The first run was begun for {draft.Email}: give that as FirstRun:Email, with FirstRun:PasswordFile."
        );

    private async Task MakeAsync(FirstRunFile draft, string userId, CancellationToken cancellationToken)
    {
        var operatorCaller = Caller(new Principal(PrincipalKind.Operator, "first-run", "first run"), null);
        var user = grains.GetGrain<IUserGrain>(userId);
        Require(
            await user.RegisterAsync(
                operatorCaller,
                new RegisterUser(draft.Email, Name, PasswordOf(draft), MustChangePassword: true),
                cancellationToken
            )
        );
        Require(
            await grains
                .GetGrain<IInstallationGrain>(IInstallationGrain.Key)
                .AddOperatorAsync(operatorCaller, userId, cancellationToken)
        );
        Require(await grains.GetGrain<IOrgGrain>(Organization).CreateAsync(operatorCaller, userId, cancellationToken));
        Require(
            await grains
                .GetGrain<IRackGrain>($"{Organization}/{Rack}")
                .RegisterAsync(
                    Administrator(userId) with
                    {
                        Org = Organization,
                    },
                    new RegisterRack("local", "development", node.HostCapability),
                    cancellationToken
                )
        );
    }

    private async Task<Sensitive<string>> IssueTokenAsync(string userId, CancellationToken cancellationToken)
    {
        var issued = await grains
            .GetGrain<IUserGrain>(userId)
            .IssueCredentialAsync(
                Administrator(userId),
                new IssueCredential("cli", "first run", TokenLifetime),
                cancellationToken
            );
        return issued.Ok
            ? issued.Value.Secret
            : throw new InvalidOperationException($"The first run failed: {issued.Problem.Text}");
    }

    private Caller Administrator(string userId) => Caller(new Principal(PrincipalKind.User, userId, Name), null);

    private Caller Caller(Principal principal, string? org) =>
        new()
        {
            Principal = principal,
            SignIn = "first-run",
            Ip = "",
            Client = "palisade",
            RequestId = ids.Hex(6),
            Org = org,
        };

    /// <summary>What an earlier, interrupted run has made is there already.</summary>
    private static void Require<T>(Result<T> result)
    {
        if (
            !result.Ok
            && result.Problem
                is not Conflict { Code: "user.exists" or "org.exists" or "rack.exists" or "user.email_taken" }
        )
        {
            throw new InvalidOperationException($"The first run failed: {result.Problem.Text}");
        }
    }
}
