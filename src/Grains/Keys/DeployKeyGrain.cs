using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Keys;

/// <inheritdoc cref="IDeployKeyGrain"/>
public sealed class DeployKeyGrain(GrainServices services, Policies policies, DeployKeys keys) : JournaledGrain<DeployKeyState, DeployKeyEvent>(services), IDeployKeyGrain
{
    /// <summary>Kind of the tickets that secrets are found by.</summary>
    public const string TicketKind = "deploy-key";

    private (string Org, string Id)? _key;

    /// <summary>The name that is asked for while there is no key yet.</summary>
    private string? _asked;

    private (string Org, string Id) Key => _key ??= KeyOf(this.GetPrimaryKeyString());

    protected override DeployKeyState Empty => new() { Id = Key.Id };

    protected override StreamId Stream => StreamId.DeployKey(Key.Org, Key.Id);

    protected override string Org => Key.Org;

    protected override Resource Resource => (State.Spec?.Name ?? _asked) is { } name ? Resource.Item(name) : Resource.Org;

    protected override DeployKeyState Apply(DeployKeyState state, DeployKeyEvent @event) => DeployKeyState.Apply(state, @event);

    protected override ImmutableArray<ViewChange> Project(DeployKeyState after, DeployKeyEvent @event) => DeployKeyView.Project(Key.Org, Key.Id, after);

    public async Task<Result<IssuedKey>> CreateAsync(Caller caller, DeployKeySpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        _asked = Names.IsValid(spec.Name) ? spec.Name : null;
        var (secret, credential) = Draw();
        var commit = NewCommit();
        var done = await CommandAsync<Done>(
            new(caller, Operations.KeyCreate) { Amend = commit.Into },
            async (state, context) =>
            {
                var (org, registry) = await commit.BeginAsync(cancellationToken);
                var decided = DeployKeyDecisions.Create(state, registry, org, new NewDeployKey(Key.Id, credential, spec), context);
                if (decided.TryGet(out var decision, out _))
                {
                    var after = After(decision);
                    commit.List(after, context.Caller);
                    commit.Put(NewTicket(secret, credential, after, context.Now));
                }

                return decided;
            },
            cancellationToken);
        return done.Map(_ => new IssuedKey(DeployKeyView.Of(State), secret));
    }

    public async Task<Result<DeployKeyView>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        await RefreshAsync(cancellationToken);
        var allowed = await AuthorizeAsync(caller, Operations.KeyGet, cancellationToken);
        return !allowed.Ok ? Result.Fail<DeployKeyView>(allowed.Problem)
            : State.Exists ? DeployKeyView.Of(State)
            : DeployKeyProblems.NotFound(Key.Id);
    }

    public async Task<Result<DeployKeyView>> UpdateAsync(Caller caller, DeployKeySpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        await RefreshAsync(cancellationToken);

        // Whoever may change keys of some names only gives them no other names.
        if (Names.IsValid(spec.Name)
            && (await AuthorizeAsync(caller, Operations.KeyUpdate, Resource.Item(spec.Name), cancellationToken)).Problem is { } refused)
        {
            return Result.Fail<DeployKeyView>(refused);
        }

        var commit = NewCommit();
        var done = await CommandAsync<Done>(
            new(caller, Operations.KeyUpdate) { Amend = commit.Into },
            async (state, context) =>
            {
                var (org, registry) = await commit.BeginAsync(cancellationToken);
                var decided = DeployKeyDecisions.Update(state, registry, org, spec, context);
                if (decided.TryGet(out var decision, out _))
                {
                    var after = After(decision);
                    commit.List(after, context.Caller);
                    commit.Put(await TicketsAsync(after, context.Now, cancellationToken));
                }

                return decided;
            },
            cancellationToken);
        return done.Map(_ => DeployKeyView.Of(State));
    }

    public async Task<Result<IssuedKey>> RollAsync(Caller caller, TimeSpan overlap, CancellationToken cancellationToken = default)
    {
        await RefreshAsync(cancellationToken);
        var (secret, credential) = Draw();
        var commit = NewCommit();
        var done = await CommandAsync<Done>(
            new(caller, Operations.KeyRoll) { Amend = commit.Into },
            async (state, context) =>
            {
                var (org, _) = await commit.BeginAsync(cancellationToken);
                var decided = DeployKeyDecisions.Roll(state, org, credential, overlap, context);
                if (decided.TryGet(out var decision, out _))
                {
                    var after = After(decision);
                    commit.Put([.. await TicketsAsync(after, context.Now, cancellationToken), NewTicket(secret, credential, after, context.Now)]);
                }

                return decided;
            },
            cancellationToken);
        return done.Map(_ => new IssuedKey(DeployKeyView.Of(State), secret));
    }

    public async Task<Result<Done>> DeleteAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        await RefreshAsync(cancellationToken);
        var commit = NewCommit();
        return await CommandAsync<Done>(
            new(caller, Operations.KeyDelete) { Amend = commit.Into },
            async (state, context) =>
            {
                await commit.BeginAsync(cancellationToken);
                var decided = DeployKeyDecisions.Delete(state);
                if (decided.TryGet(out var decision, out _))
                {
                    var after = After(decision);
                    commit.List(after, context.Caller);
                    commit.Put(await TicketsAsync(after, context.Now, cancellationToken));
                }

                return decided;
            },
            cancellationToken);
    }

    public async Task<Result<Done>> ReportAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await RefreshAsync(cancellationToken);
        var commit = NewCommit();
        return await CommandAsync<Done>(
            new(caller, Operations.KeyReport) { Authorize = !IsItself(caller), Amend = commit.Into },
            async (state, context) =>
            {
                await commit.BeginAsync(cancellationToken);
                var decided = DeployKeyDecisions.Report(state, context);
                if (decided.TryGet(out var decision, out _))
                {
                    commit.Put(await TicketsAsync(After(decision), context.Now, cancellationToken));
                }

                return decided;
            },
            cancellationToken);
    }

    public async Task<Result<Done>> UseAsync(Caller caller, string operation, string resource, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await CommandAsync(
            new(caller, Operations.KeyUse) { Authorize = !IsItself(caller) },
            (state, _) => DeployKeyDecisions.Use(state).Map(use => use with { Details = KeyMeter.Facts(operation, resource) }),
            cancellationToken);
    }

    /// <summary>SECURITY: a key speaks for itself in its own organization only; who it is was proven by its secret.</summary>
    private bool IsItself(Caller caller) =>
        caller.Principal.Kind == PrincipalKind.DeployKey && caller.Principal.Id == Key.Id && caller.Org == Org;

    private (Sensitive<string> Secret, string CredentialId) Draw() =>
        (Tokens.Create(TokenKind.DeployKey, RandomNumberGenerator.GetBytes(Tokens.RandomBytes)), Services.Ids.Hex(6));

    private KeyCommit NewCommit() => new(Org, policies, keys);

    private DeployKeyState After(Decision<DeployKeyEvent, Done> decision) => decision.Events.Aggregate(State, DeployKeyState.Apply);

    private Ticket NewTicket(Sensitive<string> secret, string credentialId, DeployKeyState after, DateTimeOffset now)
    {
        var ticket = new Ticket
        {
            Hash = Tokens.Hash(secret),
            Kind = TicketKind,
            Id = credentialId,
            Subject = Key.Id,
            Org = Org,
            Name = after.Spec!.Name,
            Created = now,
            Expires = DateTimeOffset.MaxValue,
        };
        return Limited(ticket, after, now);
    }

    /// <summary>The tickets of the key's secrets as they are to be after the change. A ticket that was revoked stays so.</summary>
    private async Task<ImmutableArray<Ticket>> TicketsAsync(DeployKeyState after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tickets = await Services.Store.Tickets.ListAsync(Key.Id, TicketKind, cancellationToken);
        return [.. tickets.Where(ticket => ticket.Org == Org && ticket.Revoked is null).Select(ticket => Limited(ticket, after, now))];
    }

    private static Ticket Limited(Ticket ticket, DeployKeyState after, DateTimeOffset now) =>
        !after.WorksAt(now) || after.Secrets.FirstOrDefault(s => s.CredentialId == ticket.Id) is not { } secret
            ? ticket with { Revoked = now, Expires = Earlier(ticket.Expires, now) }
            : ticket with
            {
                Name = after.Spec!.Name,
                Cidrs = after.Spec.Networks,
                Expires = Earlier(secret.Until ?? DateTimeOffset.MaxValue, after.Spec.Expires ?? DateTimeOffset.MaxValue),
            };

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static (string Org, string Id) KeyOf(string key)
    {
        var cut = key.IndexOf('/', StringComparison.Ordinal);
        return cut > 0 && Domain.Kernel.Ids.IsDeployKey(key[(cut + 1)..])
            ? (key[..cut], key[(cut + 1)..])
            : throw new FormatException($"Not a deploy key's address: {key}");
    }
}
