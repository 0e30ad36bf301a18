using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;
using Palisade.Web.Api;
using Palisade.Web.Auth;

namespace Palisade.Web.Console.Keys;

/// <summary>
/// For whoever finds a deploy key where it should not be: no sign-in, the secret itself proves that it leaked.
/// </summary>
internal static class LeakApi
{
    private static readonly Invalid NoKey = new("key.report_invalid", "this is no deploy key")
    {
        Suggestion = $"its form is at {ConsoleApi.Prefix}/token-patterns; CLI tokens are revoked by their owners",
    };

    private static readonly NotFound Unknown = new(
        "key.not_found",
        "no deploy key of this installation has this secret"
    );

    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsolePost<ReportBody, LeakReport>("/keys/report", ReportAsync)
            .OperationOfNobody(Operations.KeyReport)
            .Documented("Reports a leaked deploy key: it is revoked at once, and the answer says what it did");
        api.ConsoleGet("/token-patterns", Patterns)
            .OperationOfNobody(Operations.KeyReport)
            .Documented("How secrets of this installation are recognised, for scanners");
    }

    private static Task<Result<TokenPatterns>> Patterns(WireRequest request)
    {
        request.DecidedByItem();
        return Task.FromResult(Result.Of(TokenPatterns.Value));
    }

    private static async Task<Result<LeakReport>> ReportAsync(WireRequest request, ReportBody body)
    {
        // The grain decides: a key speaks for itself.
        request.DecidedByItem();
        if (!Tokens.TryParse(body.Secret, out var kind) || kind != TokenKind.DeployKey)
        {
            return await RefusedAsync(request, NoKey);
        }

        var hash = Tokens.Hash(new(body.Secret));
        var ticket = await request.Service<ITickets>().FindAsync(hash, request.Aborted);
        if (
            ticket is not { Kind: TicketKinds.DeployKey, Org: { } org }
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(ticket.Hash),
                Encoding.ASCII.GetBytes(hash)
            )
        )
        {
            return await RefusedAsync(request, Unknown);
        }

        // SECURITY: an old secret neither ends the key nor shows what it does.
        if (ticket.Revoked is not null || ticket.Expires <= request.Service<TimeProvider>().GetUtcNow())
        {
            return new LeakReport(ReportOutcome.AlreadyEnded, org, ticket.Subject, ticket.Name, [], More: false, []);
        }

        var caller = request.Caller with
        {
            Principal = new Principal(PrincipalKind.DeployKey, ticket.Subject, ticket.Name),
            SignIn = TicketKinds.DeployKey,
            CredentialId = ticket.Id,
            Org = org,
        };
        var reported = await request
            .Service<IGrainFactory>()
            .GetGrain<IDeployKeyGrain>($"{org}/{ticket.Subject}")
            .ReportAsync(caller, request.Aborted);
        if (!reported.TryGet(out _, out var problem))
        {
            return Result.Fail<LeakReport>(problem);
        }

        var deeds = await request.Service<KeyDeedsReader>().OfAsync(org, caller.Principal, request.Aborted);
        return new LeakReport(
            ReportOutcome.Revoked,
            org,
            ticket.Subject,
            ticket.Name,
            deeds.Did,
            deeds.More,
            deeds.Uses,
            deeds.Checkpoint
        );
    }

    private static async Task<Result<LeakReport>> RefusedAsync(WireRequest request, Problem problem)
    {
        var outcome = new Outcome(EntryResult.Denied, $"{problem.Code}: {problem.Message}");
        await request
            .Service<IRecorder>()
            .RecordAsync(request.Caller, Operations.KeyReport, Resource.Org, outcome, request.Aborted);
        return Result.Fail<LeakReport>(problem);
    }
}
