using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Driver;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Tests.Console;

namespace Palisade.Web.Tests.Auth;

/// <summary>What a stranger learns of an account by trying to sign in at the page: nothing.</summary>
public sealed class SignInTimingTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    /// <summary>Tries of each kind; a known account takes <see cref="PasswordAttempts.PerAccount"/> in a row.</summary>
    private const int Tries = 30;

    private const int Rounds = 2 * PasswordHash.MinIterations;

    private static readonly string[] Today = ["ada", "audi", "opal"];
    private static readonly string[] Older = ["eve", "dev", "olm"];

    /// <summary>
    /// Each round tries, in random order, an address that nobody has, one whose hash has today's rounds and one whose
    /// hash is from before they rose. By chance alone how often one kind is slower than another differs from a half by
    /// more than 0.31 once in 30,000 runs, whatever the machine does meanwhile; a check that is left out gives 0 or 1.
    /// </summary>
    [Fact]
    public async Task Signing_in_takes_the_same_time_and_answer_whether_the_account_is_there_or_not()
    {
        await world.AddMemberAsync("olm", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        world.Services.GetRequiredService<PasswordWork>().AtLeast(Rounds);
        foreach (var (users, rounds) in new[] { (Today, Rounds), (Older, PasswordHash.MinIterations) })
        {
            foreach (var user in users)
            {
                await SetPasswordAsync(user, rounds);
            }
        }

        var (unknown, today, older) = (new List<double>(), new List<double>(), new List<double>());
        var answers = new HashSet<string>();
        await TryAsync("warm@example.test", 1);
        for (var i = 0; i < Tries; i++)
        {
            var kinds = new[]
            {
                (Email: $"q{i:00}@example.test", Times: unknown),
                (Email: $"{Today[i % Today.Length]}@example.test", Times: today),
                (Email: $"{Older[i % Older.Length]}@example.test", Times: older),
            };
            Random.Shared.Shuffle(kinds);
            foreach (var (email, times) in kinds)
            {
                var (seconds, answer) = await TryAsync(email, 2 + (i / 5));
                times.Add(seconds);
                answers.Add(answer);
            }
        }

        Assert.Single(answers);
        Assert.Contains("Wrong email or password.", answers.Single(), StringComparison.Ordinal);
        Assert.InRange(Slower(today, unknown), 0.19, 0.81);
        Assert.InRange(Slower(older, unknown), 0.19, 0.81);
    }

    /// <summary>
    /// How often one of the first takes longer than one of the second (Mann and Whitney's U, as a share).
    /// </summary>
    private static double Slower(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second) =>
        first
            .SelectMany(
                _ => second,
                (a, b) =>
                    a > b ? 1
                    : a < b ? 0
                    : 0.5
            )
            .Average();

    /// <summary>One try at the sign-in page from a browser that was never here, at an address of its own.</summary>
    private async Task<(double Seconds, string Answer)> TryAsync(string email, int address)
    {
        using var browser = new PageClient(new Uri($"https://localhost:{world.Port}"), (byte)address);
        var page = await browser.GetAsync("/login");
        var start = Stopwatch.GetTimestamp();
        var answer = await browser.SubmitAsync(
            "/login",
            page,
            "sign-in",
            ("Form.Email", email),
            ("Form.Password", "not the password of anybody 7")
        );
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var text = Regex.Replace(answer.Text, "Component-State:[^-]*|Token\" value=\"[^\"]*", "");
        return (elapsed, $"{answer.Status} {text.Replace(email, "EMAIL", StringComparison.Ordinal)}");
    }

    private async Task SetPasswordAsync(string user, int rounds)
    {
        var stream = StreamId.User(user);
        var heads = await world.Store.Journal.HeadsAsync([stream]);
        var hash = PasswordHash.Create(
            new(ConsoleWorld.Password),
            RandomNumberGenerator.GetBytes(PasswordHash.MinSaltBytes),
            rounds
        );
        var entry = new EntryDraft
        {
            Caller = ConsoleWorld.User(user, null),
            Operation = Operations.PasswordChange.Name,
            ResourceType = "None",
            Resource = "",
            Event = new PasswordChanged(hash, MustChangePassword: false, DateTimeOffset.UtcNow),
            Details = ImmutableSortedDictionary<string, string>.Empty,
        };
        Assert.IsType<Appended>(
            await world.Store.Journal.AppendAsync(
                new Append { Org = "", Writes = [new(stream, heads[0].Head, [entry])] }
            )
        );
    }
}
