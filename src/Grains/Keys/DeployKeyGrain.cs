using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Keys;

/// <inheritdoc cref="IDeployKeyGrain"/>
public sealed class DeployKeyGrain(GrainServices services, Policies policies, DeployKeys keys)
    : JournaledGrain<DeployKeyState, DeployKeyEvent>(services),
        IDeployKeyGrain
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

    protected override Resource Resource =>
        (State.Spec?.Name ?? _asked) is { } name ? Resource.Item(name) : Resource.Org;

    protected override DeployKeyState Apply(DeployKeyState state, DeployKeyEvent @event) =>
        DeployKeyState.Apply(state, @event);

    protected override ChangeSet ChangesOf(DeployKeyState before, DeployKeyEvent @event, DeployKeyState after) =>
        DeployKeyChanges.Of(before, after);

    protected override ImmutableArray<ViewChange> Project(DeployKeyState after, DeployKeyEvent @event) =>
        DeployKeyView.Project(Key.Org, Key.Id, after);

    public Task<Result<IssuedKey>> CreateAsync(
        Caller caller,
        DeployKeySpec spec,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(spec);
        _asked = Names.IsValid(spec.Name) ? spec.Name : null;
        return IssueAsync(
            new(caller, Operations.KeyCreate),
            (s, org, registry, credential, c) =>
                DeployKeyDecisions.Create(s, registry, org, new NewDeployKey(Key.Id, credential, spec), c),
            cancellationToken
        );
    }

    public async Task<Result<DeployKeyView>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        await RefreshAsync(cancellationToken);
        var allowed = await AuthorizeAsync(caller, Operations.KeyGet, cancellationToken);
        return !allowed.Ok ? Result.Fail<DeployKeyView>(allowed.Problem)
            : State.Exists ? DeployKeyView.Of(State)
            : DeployKeyProblems.NotFound(Key.Id);
    }

    public async Task<Result<DeployKeyView>> UpdateAsync(
        Caller caller,
        DeployKeySpec spec,
        DeployKeySpec? from = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(spec);

        // Whoever may change keys of some names only gives them no other names.
        if (
            Names.IsValid(spec.Name)
            && (await AuthorizeAsync(caller, Operations.KeyUpdate, Resource.Item(spec.Name), cancellationToken)).Problem
                is { } refused
        )
        {
            return Result.Fail<DeployKeyView>(refused);
        }

        var done = await ChangeAsync(
            new(caller, Operations.KeyUpdate),
            (s, org, registry, c) => DeployKeyDecisions.Update(s, registry, org, spec, c, from),
            null,
            cancellationToken
        );
        return done.Map(_ => DeployKeyView.Of(State));
    }

    public Task<Result<IssuedKey>> RollAsync(
        Caller caller,
        TimeSpan overlap,
        CancellationToken cancellationToken = default
    ) =>
        IssueAsync(
            new(caller, Operations.KeyRoll),
            (s, org, _, credential, c) => DeployKeyDecisions.Roll(s, org, credential, overlap, c),
            cancellationToken
        );

    public Task<Result<Done>> DeleteAsync(Caller caller, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            new(caller, Operations.KeyDelete),
            (s, _, _, _) => DeployKeyDecisions.Delete(s),
            null,
            cancellationToken
        );

    public Task<Result<Done>> ReportAsync(Caller caller, CancellationToken cancellationToken = default) =>
        ChangeAsync(
            new(caller, Operations.KeyReport) { Authorize = !IsItself(caller) },
            (s, _, _, c) => DeployKeyDecisions.Report(s, c),
            null,
            cancellationToken
        );

    public Task<Result<Done>> UseAsync(
        Caller caller,
        string operation,
        string resource,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.KeyUse) { Authorize = !IsItself(caller) },
            (state, _) =>
                DeployKeyDecisions.Use(state).Map(use => use with { Details = KeyMeter.Facts(operation, resource) }),
            cancellationToken
        );

    private async Task<Result<IssuedKey>> IssueAsync(
        CommandScope scope,
        Func<
            DeployKeyState,
            OrgState,
            KeyRegistry,
            string,
            DecideContext,
            Result<Decision<DeployKeyEvent, Done>>
        > decide,
        CancellationToken cancellationToken
    )
    {
        var secret = Tokens.Create(TokenKind.DeployKey, RandomNumberGenerator.GetBytes(Tokens.RandomBytes));
        var credential = Services.Ids.Hex(6);
        var done = await ChangeAsync(
            scope,
            (s, org, registry, c) => decide(s, org, registry, credential, c),
            (secret, credential),
            cancellationToken
        );
        return done.Map(_ => new IssuedKey(DeployKeyView.Of(State), secret));
    }

    /// <summary>A decision with all that is committed beside its events.</summary>
    private async Task<Result<Done>> ChangeAsync(
        CommandScope scope,
        Func<DeployKeyState, OrgState, KeyRegistry, DecideContext, Result<Decision<DeployKeyEvent, Done>>> decide,
        (Sensitive<string> Secret, string Credential)? issued,
        CancellationToken cancellationToken
    )
    {
        // The name that access is decided by is the one as of now.
        await RefreshAsync(cancellationToken);
        var commit = new KeyCommit(Org, policies, keys);
        return await CommandAsync<Done>(
            scope with
            {
                Amend = commit.Into,
            },
            async (state, context) =>
            {
                var (org, registry) = await commit.BeginAsync(cancellationToken);
                var decided = decide(state, org, registry, context);
                if (decided.TryGet(out var decision, out _))
                {
                    var after = decision.Events.Aggregate(state, DeployKeyState.Apply);
                    var tickets = await TicketsAsync(after, context.Now, cancellationToken);
                    commit.Put(
                        issued is { } made
                            ? tickets.Add(NewTicket(made.Secret, made.Credential, after, context.Now))
                            : tickets
                    );
                    if (after.Spec != state.Spec)
                    {
                        commit.List(after, context.Caller);
                    }
                }

                return decided;
            },
            cancellationToken
        );
    }

    /// <summary>
    /// SECURITY: a key speaks for itself in its own organization only; who it is was proven by its secret.
    /// </summary>
    private bool IsItself(Caller caller) =>
        caller.Principal.Kind == PrincipalKind.DeployKey && caller.Principal.Id == Key.Id && caller.Org == Org;

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

    /// <summary>
    /// The tickets of the key's secrets as they are to be after the change. A ticket that was revoked stays so.
    /// </summary>
    private async Task<ImmutableArray<Ticket>> TicketsAsync(
        DeployKeyState after,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var tickets = await Services.Store.Tickets.ListAsync(Key.Id, TicketKind, cancellationToken);
        return
        [
            .. tickets
                .Where(ticket => ticket.Org == Org && ticket.Revoked is null)
                .Select(ticket => Limited(ticket, after, now)),
        ];
    }

    private static Ticket Limited(Ticket ticket, DeployKeyState after, DateTimeOffset now) =>
        !after.WorksAt(now) || after.Secrets.FirstOrDefault(s => s.CredentialId == ticket.Id) is not { } secret
            ? ticket with
            {
                Revoked = now,
                Expires = Earlier(ticket.Expires, now),
            }
            : ticket with
            {
                Name = after.Spec!.Name,
                Cidrs = after.Spec.Networks,
                Expires = Earlier(
                    secret.Until ?? DateTimeOffset.MaxValue,
                    after.Spec.Expires ?? DateTimeOffset.MaxValue
                ),
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
