using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Web.Api.Parsing;
using Palisade.Web.Auth;
using Palisade.Web.Hosting;
using Palisade.Web.Streams;

namespace Palisade.Web.Api;

/// <summary>One authenticated request: who asks, which rack and app it is about, and its options.</summary>
internal sealed class WireRequest(HttpContext context, SignedIn who, RackRef? rack, OperationMetadata metadata)
{
    private WireOptions? _headers;
    private bool _authorized;

    public HttpContext Context => context;

    public SignedIn Who => who;

    public Caller Caller { get; set; } = who.Caller;

    /// <summary>What the request's first look proved, as long as that counts.</summary>
    public ProvenHeads? Proven => Caller.Proven?.At(Service<TimeProvider>().GetUtcNow());

    /// <summary>True once an operation was decided and allowed.</summary>
    public bool IsAuthorized => _authorized;

    /// <summary>What was decided and allowed last.</summary>
    public (Operation Operation, Resource Resource) Decided { get; private set; }

    /// <summary>What was decided last, for looking at it again (S29).</summary>
    public WatchedRights Rights =>
        new(who.TokenHash, who.Token, context.Connection.RemoteIpAddress, Caller, Decided.Operation, Decided.Resource);

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>
    /// The rack that the request is bound to; routes of the installation or an account have none and must not ask.
    /// </summary>
    public RackRef Rack => rack ?? throw new InvalidOperationException("The route is bound to no rack.");

    /// <summary>The app that the path names. The pipeline has checked the name.</summary>
    public AppRef App => new(Rack, Route("app"));

    public WireOptions Headers => _headers ??= WireOptions.Of(context.Request.Headers);

    public T Service<T>()
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    /// <summary>A value of the path, decoded.</summary>
    public string Route(string name) => context.Request.RouteValues[name] as string ?? "";

    /// <summary>Options of the query. Problems: <c>form.invalid</c>.</summary>
    public Result<WireOptions> Query() =>
        FormText
            .Parse(context.Request.QueryString.Value is { Length: > 1 } query ? query[1..] : "")
            .Map(WireOptions.Of);

    /// <summary>
    /// Options of the form body, then of the query where the body has none: the reference takes them from either.
    /// Problems: <c>form.invalid</c>, <c>body.too_large</c>, <c>body.unexpected</c>.
    /// </summary>
    public async Task<Result<WireOptions>> FormAsync()
    {
        var query = FormText.Parse(context.Request.QueryString.Value is { Length: > 1 } text ? text[1..] : "");
        if (!query.TryGet(out var fromQuery, out var problem))
        {
            return Result.Fail<WireOptions>(problem);
        }

        var read = await BodyAsync();
        if (!read.TryGet(out var body, out problem))
        {
            return Result.Fail<WireOptions>(problem);
        }

        if (
            body.Length > 0
            && !(context.Request.ContentType ?? "").StartsWith(
                "application/x-www-form-urlencoded",
                StringComparison.OrdinalIgnoreCase
            )
        )
        {
            return new Invalid("body.unexpected", "the body must be application/x-www-form-urlencoded");
        }

        return FormText.Parse(body).Map(fields => WireOptions.Of([.. fromQuery, .. fields]));
    }

    /// <summary>A small body as Latin-1 text: percent-encoded forms are ASCII.</summary>
    private async Task<Result<string>> BodyAsync()
    {
        var limit = Service<IOptions<WebOptions>>().Value.MaxBodyBytes;
        LimitBody(limit);
        var body = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(Aborted);
                if (read.Buffer.Length > limit)
                {
                    return new Invalid("body.too_large", $"the body is larger than {limit} bytes");
                }

                if (read.IsCompleted)
                {
                    var text = Encoding.Latin1.GetString(read.Buffer);
                    body.AdvanceTo(read.Buffer.End);
                    return text;
                }

                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new Invalid("body.too_large", $"the body is larger than {limit} bytes");
        }
    }

    /// <summary>
    /// Sets the size of body that the route admits, null where it counts itself; before the first read.
    /// </summary>
    public void LimitBody(long? bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = bytes;
        }
    }

    /// <summary>
    /// Decides one of the operations that the route declared. Any other is a bug and a refusal (S14). A refusal is
    /// recorded by the gate.
    /// </summary>
    public async ValueTask<Result<Done>> RequireAsync(Operation operation, Resource resource)
    {
        if (!metadata.Operations.Contains(operation))
        {
            throw new InvalidOperationException($"The route does not declare {operation.Name}.");
        }

        var decided = await Service<IGate>().AuthorizeAsync(Caller, operation, resource, Aborted);
        decided =
            decided.Ok && KeyUses.IsCountedAtTheEdge(Caller, operation) ? await UseAsync(operation, resource) : decided;
        if (decided.Ok)
        {
            (_authorized, Decided) = (true, (operation, resource));
            Caller = Caller with { Counted = CountedReads.Of(operation, resource) };
        }

        return decided;
    }

    /// <summary>
    /// Counts what a deploy key is about to do here and no grain commits. Problem: <c>key.used_up</c>.
    /// </summary>
    private Task<Result<Done>> UseAsync(Operation operation, Resource resource) =>
        Service<IGrainFactory>()
            .GetGrain<IDeployKeyGrain>($"{Caller.Org}/{Caller.Principal.Id}")
            .UseAsync(Caller, operation.Name, resource.ToString(), Aborted);

    /// <summary>
    /// For routes that decide nothing as a whole: each item of their answer was decided by itself, or it is the
    /// caller's own sign-in.
    /// </summary>
    public void DecidedByItem() => _authorized = true;

    /// <summary>The rack's row. Problems: <c>rack.not_found</c>.</summary>
    public async Task<Result<RackState>> RackStateAsync() =>
        await Service<Records>().RackAsync(Rack, Proven, Aborted) is { } found ? found : RackProblems.NotFound(Rack);

    /// <summary>The app's row. Problems: <c>app.not_found</c>.</summary>
    public async Task<Result<AppView>> AppViewAsync() =>
        await Service<Records>().AppAsync(App, Aborted) is { } found ? found : AppProblems.NotFound(App.App);
}
