using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Audit;

/// <summary>How long a log keeps what its records say, and its legal hold.</summary>
internal static class RetentionApi
{
    public static void Map(IEndpointRouteBuilder audit) =>
        Map(audit, Operations.AuditRead, Operations.AuditSettings, Operations.AuditHold);

    /// <summary>The same of the installation's own log.</summary>
    public static void MapInstallation(IEndpointRouteBuilder log) =>
        Map(log, Operations.InstallationRead, Operations.InstallationUpdate, Operations.InstallationUpdate);

    private static void Map(IEndpointRouteBuilder log, Operation read, Operation settings, Operation hold)
    {
        log.ConsoleGet<RetentionJson>(
                "/retention",
                async request => (await Log(request).GetAsync(request.Caller, request.Aborted)).Map(RetentionJson.Of)
            )
            .Operation(read)
            .Documented("How long records keep their bodies, and whether there is a legal hold");
        log.ConsolePut<SetRetentionJson, Done>(
                "/retention",
                (request, body) => Log(request).SetRetentionAsync(request.Caller, body.Days, request.Aborted)
            )
            .Operation(settings)
            .Documented(
                $"Erase the bodies of records without events after {RetentionDecisions.MinDays} to {RetentionDecisions.MaxDays} days, or never"
            );
        log.ConsolePut<SetHoldJson, Done>(
                "/hold",
                (request, body) => Log(request).SetHoldAsync(request.Caller, body.Reason, request.Aborted)
            )
            .Operation(hold)
            .Documented("Set a legal hold: nothing is erased until it is lifted");
        log.ConsoleDelete("/hold", request => Log(request).LiftHoldAsync(request.Caller, request.Aborted))
            .Operation(hold)
            .Documented("Lift the legal hold");
    }

    private static IAuditGrain Log(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IAuditGrain>(LogName.Of(request.Caller.Org ?? ""));
}

/// <param name="Days">None: records keep their bodies.</param>
/// <param name="Hold">None: there is no legal hold.</param>
public sealed record RetentionJson(int? Days = null, LegalHold? Hold = null)
{
    internal static RetentionJson Of(AuditState state) => new(state.RetentionDays, state.Hold);
}

/// <param name="Days">None or null: for ever.</param>
public sealed record SetRetentionJson(int? Days = null);

public sealed record SetHoldJson(string Reason);
