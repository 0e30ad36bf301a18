using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Grains;
using Palisade.Grains.Installation;
using Palisade.Grains.Users;
using Palisade.Storage;
using Palisade.Web.Api;
using Palisade.Web.Console.Audit;
using Palisade.Web.Hosting;

namespace Palisade.Web.Console.Operator;

/// <summary>
/// The installation itself (S04): for who signs in with an operator token, and no one else. Orgs and users have files
/// of their own.
/// </summary>
internal static class OperatorApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleCreate<IssueOperatorTokenJson, OperatorTokenJson>("/account/operator-tokens", IssueTokenAsync)
            .Operation(Operations.OperatorTokenCreate)
            .Documented(
                "Make an operator token for oneself, with one's password. It acts in no organization; other tokens never act as the operator"
            );
        api.ConsoleDelete("/account/operator-tokens", RevokeTokensAsync)
            .Operation(Operations.OperatorTokenRevoke)
            .Documented("Revoke all of one's operator tokens");

        api.ConsoleGet("/operator", GetAsync)
            .Operation(Operations.InstallationRead)
            .Documented("Operators, nodes, storage, limits and allowed networks");
        var routes = api.MapGroup("/operator");
        routes
            .ConsoleCreate<AddOperatorJson, CreatedJson>("/operators", AddAsync)
            .Operation(Operations.OperatorAdd)
            .Documented("Make somebody an operator");
        routes
            .ConsoleDelete("/operators/{user}", RemoveAsync)
            .Operation(Operations.OperatorRemove)
            .Documented("Make an operator an ordinary user again; the last one stays");
        routes
            .ConsolePut<AllowNetworksJson, Done>("/outgoing-networks", AllowNetworksAsync)
            .Operation(Operations.InstallationUpdate)
            .Documented("Replace the networks beyond the public internet that webhooks, sign-on and racks may be in");
        routes
            .ConsoleGet("/backups", ListBackupsAsync)
            .Operation(Operations.InstallationRead)
            .Documented("Backups, oldest first", [.. PageQuery.Options]);
        routes
            .ConsolePost("/backups", RequestBackupAsync)
            .Operation(Operations.BackupCreate)
            .Documented("Have a backup written into the data folder, without the master key");
        routes
            .ConsoleDelete("/backups/{id}", DeleteBackupAsync)
            .Operation(Operations.BackupDelete)
            .Documented("Delete a backup");
        SinksApi.MapOperator(routes.MapGroup("/logs/{log}"));
        OperatorOrgsApi.Map(routes);
        OperatorUsersApi.Map(routes);
    }

    private static async Task<Result<OperatorTokenJson>> IssueTokenAsync(
        WireRequest request,
        IssueOperatorTokenJson body
    )
    {
        var command = new IssueOperatorToken(
            new(body.Password),
            body.Name,
            TimeSpan.FromDays(Math.Clamp(body.Days, 0, 1_000))
        );
        return (await Grain(request).IssueTokenAsync(request.Caller, command, request.Aborted)).Map(
            issued => new OperatorTokenJson(issued.Id, issued.Secret.Reveal(), issued.Expires)
        );
    }

    private static Task<Result<Done>> RevokeTokensAsync(WireRequest request) =>
        Grain(request).RevokeTokensAsync(request.Caller, request.Aborted);

    private static async Task<Result<InstallationJson>> GetAsync(WireRequest request)
    {
        var read = await Grain(request).GetAsync(request.Caller, request.Aborted);
        if (!read.TryGet(out var state, out var problem))
        {
            return Result.Fail<InstallationJson>(problem);
        }

        var people = request.Service<Grains.Users.People>();
        var operators = new List<OperatorJson>();
        foreach (var (id, since) in state.Operators)
        {
            operators.Add(new OperatorJson(id, (await people.FindAsync(id, request.Aborted))?.Name ?? "", since));
        }

        var (node, size, limits) = (
            request.Service<NodeIdentity>(),
            await request.Service<IStore>().SizeAsync(request.Aborted),
            request.Service<IOptions<WebOptions>>().Value
        );
        return new InstallationJson
        {
            Operators = [.. operators],
            Nodes = [new NodeJson(node.Id, node.Machine)],
            Storage = new StorageJson(
                size.Database,
                size.Objects,
                size.Logs,
                state.Backups.Values.Sum(b => b.Bytes),
                size.Free
            ),
            Limits = new LimitsJson(
                limits.MaxSourceBytes,
                limits.MaxBodyBytes,
                limits.MaxSockets,
                limits.MaxExecs,
                limits.RequestsPerSecond
            ),
            OutgoingNetworks = state.OutgoingNetworks,
        };
    }

    private static async Task<Result<CreatedJson>> AddAsync(WireRequest request, AddOperatorJson body) =>
        await OperatorUsersApi.ExistsAsync(request, body.UserId)
            ? (await Grain(request).AddOperatorAsync(request.Caller, body.UserId, request.Aborted)).Map(
                _ => new CreatedJson(body.UserId)
            )
            : Result.Fail<CreatedJson>(InstallationProblems.UserNotFound);

    private static Task<Result<Done>> RemoveAsync(WireRequest request) =>
        Grain(request).RemoveOperatorAsync(request.Caller, request.Route("user"), request.Aborted);

    private static Task<Result<Done>> AllowNetworksAsync(WireRequest request, AllowNetworksJson body) =>
        Grain(request).AllowNetworksAsync(request.Caller, body.Networks, request.Aborted);

    private static async Task<Result<Page<BackupJson>>> ListBackupsAsync(WireRequest request)
    {
        var read = await Grain(request).GetAsync(request.Caller, request.Aborted);
        return read.Then(state =>
            PageQuery.Of(request).Map(page => page.Cut(state.Backups.Values, b => b.Id, BackupJson.Of))
        );
    }

    private static async Task<Result<BackupJson>> RequestBackupAsync(WireRequest request)
    {
        var (grain, caller) = (Grain(request), request.Caller);
        return (await grain.RequestBackupAsync(caller, request.Aborted)).TryGet(out var id, out var problem)
            ? (await grain.GetAsync(caller, request.Aborted)).Map(state => BackupJson.Of(state.Backups[id]))
            : Result.Fail<BackupJson>(problem);
    }

    private static Task<Result<Done>> DeleteBackupAsync(WireRequest request) =>
        Grain(request).DeleteBackupAsync(request.Caller, request.Route("id"), request.Aborted);

    private static IInstallationGrain Grain(WireRequest request) =>
        request.Service<IGrainFactory>().GetGrain<IInstallationGrain>(IInstallationGrain.Key);
}
