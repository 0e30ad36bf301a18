using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Web.Api;

namespace Palisade.Web.Console.Keys;

/// <summary>
/// An organization's deploy keys. Roles choose keys by name, so each route decides once it knows the name.
/// </summary>
internal static class KeysApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.ConsoleGet("/orgs/{org}/keys", ListAsync)
            .OperationByContent(Operations.KeyList)
            .Documented("The deploy keys that the caller may see, by id", [.. PageQuery.Options]);
        api.ConsoleCreate<KeyBody, IssuedKeyJson>("/orgs/{org}/keys", CreateAsync)
            .OperationByContent(Operations.KeyCreate)
            .Documented("Makes a deploy key; its secret is in the answer this once");
        api.ConsoleGet("/orgs/{org}/keys/{id}", GetAsync)
            .OperationByContent(Operations.KeyGet)
            .Documented("A deploy key with its limits and its last use");
        api.ConsolePut<KeyBody, KeyJson>("/orgs/{org}/keys/{id}", UpdateAsync)
            .OperationByContent(Operations.KeyUpdate)
            .Documented("Replaces a deploy key's name, roles, places and limits; it counts for its next request");
        api.ConsolePost<RollBody, IssuedKeyJson>("/orgs/{org}/keys/{id}/roll", RollAsync)
            .OperationByContent(Operations.KeyRoll)
            .Documented("Gives a deploy key a new secret; the old one goes on for the chosen time");
        api.ConsoleDelete("/orgs/{org}/keys/{id}", DeleteAsync)
            .OperationByContent(Operations.KeyDelete)
            .Documented("Deletes a deploy key; it works no more");
    }

    private static async Task<Result<Page<KeyJson>>> ListAsync(WireRequest request)
    {
        if (
            !PageQuery.Of(request).TryGet(out var query, out var problem)
            || !(await request.RequireAsync(Operations.KeyList, Resource.Org)).TryGet(out _, out problem)
        )
        {
            return Result.Fail<Page<KeyJson>>(problem);
        }

        var (gate, keys, org) = (request.Service<IGate>(), request.Service<DeployKeys>(), request.Route("org"));
        var seen = new List<DeployKeyView>();
        foreach (var key in await keys.ListAsync(org, request.Aborted))
        {
            if (
                await gate.AllowsAsync(request.Caller, Operations.KeyGet, Resource.Item(key.Spec.Name), request.Aborted)
            )
            {
                seen.Add(key);
            }
        }

        var page = query.Cut(seen, key => key.Id, key => key);
        var items = ImmutableArray.CreateBuilder<KeyJson>(page.Items.Length);
        foreach (var key in page.Items)
        {
            items.Add(KeyJson.Of(key, await keys.LastUseAsync(org, key.Id, request.Aborted), Now(request)));
        }

        return new Page<KeyJson>(items.ToImmutable(), page.Next);
    }

    private static async Task<Result<IssuedKeyJson>> CreateAsync(WireRequest request, KeyBody body)
    {
        var resource = Names.IsValid(body.Name) ? Resource.Item(body.Name) : Resource.Org;
        if (!(await request.RequireAsync(Operations.KeyCreate, resource)).TryGet(out _, out var problem))
        {
            return Result.Fail<IssuedKeyJson>(problem);
        }

        var id = Ids.DeployKey(request.Service<IIdSource>());
        return Issued(request, await Grain(request, id).CreateAsync(request.Caller, body.ToSpec(), request.Aborted));
    }

    private static async Task<Result<KeyJson>> GetAsync(WireRequest request) =>
        (await FindAsync(request, Operations.KeyGet)).TryGet(out var id, out var problem)
            ? await ShownAsync(request, await Grain(request, id).GetAsync(request.Caller, request.Aborted))
            : Result.Fail<KeyJson>(problem);

    private static async Task<Result<KeyJson>> UpdateAsync(WireRequest request, KeyBody body) =>
        (await FindAsync(request, Operations.KeyUpdate)).TryGet(out var id, out var problem)
            ? await ShownAsync(
                request,
                await Grain(request, id).UpdateAsync(request.Caller, body.ToSpec(), cancellationToken: request.Aborted)
            )
            : Result.Fail<KeyJson>(problem);

    private static async Task<Result<IssuedKeyJson>> RollAsync(WireRequest request, RollBody body) =>
        (await FindAsync(request, Operations.KeyRoll)).TryGet(out var id, out var problem)
            ? Issued(
                request,
                await Grain(request, id)
                    .RollAsync(request.Caller, TimeSpan.FromSeconds(body.OverlapSeconds), request.Aborted)
            )
            : Result.Fail<IssuedKeyJson>(problem);

    private static async Task<Result<Done>> DeleteAsync(WireRequest request) =>
        (await FindAsync(request, Operations.KeyDelete)).TryGet(out var id, out var problem)
            ? await Grain(request, id).DeleteAsync(request.Caller, request.Aborted)
            : Result.Fail<Done>(problem);

    /// <summary>
    /// The key that the path names, once the operation on it was decided. Whoever may see no key is not told which
    /// there are.
    /// </summary>
    private static async Task<Result<string>> FindAsync(WireRequest request, Operation operation)
    {
        var (org, id) = (request.Route("org"), request.Route("id"));
        var spec = Ids.IsDeployKey(id)
            ? (await request.Service<DeployKeys>().StateAsync(org, id, request.Aborted)).State.Spec
            : null;
        var decided = await request.RequireAsync(operation, spec is null ? Resource.Org : Resource.Item(spec.Name));
        return decided.Then(_ => spec is null ? Result.Fail<string>(DeployKeyProblems.NotFound(id)) : id);
    }

    private static async Task<Result<KeyJson>> ShownAsync(WireRequest request, Result<DeployKeyView> found)
    {
        if (!found.TryGet(out var key, out var problem))
        {
            return Result.Fail<KeyJson>(problem);
        }

        var lastUse = await request.Service<DeployKeys>().LastUseAsync(request.Route("org"), key.Id, request.Aborted);
        return KeyJson.Of(key, lastUse, Now(request));
    }

    private static Result<IssuedKeyJson> Issued(WireRequest request, Result<IssuedKey> issued) =>
        issued.Map(key =>
            IssuedKeyJson.Of(key, request.Route("org"), request.Context.Request.Host.Value ?? "", Now(request))
        );

    private static IDeployKeyGrain Grain(WireRequest request, string id) =>
        request.Service<IGrainFactory>().GetGrain<IDeployKeyGrain>($"{request.Route("org")}/{id}");

    private static DateTimeOffset Now(WireRequest request) => request.Service<TimeProvider>().GetUtcNow();
}
