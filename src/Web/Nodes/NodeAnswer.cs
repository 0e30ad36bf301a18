using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Web.Streams;

namespace Palisade.Web.Nodes;

/// <summary>
/// The answer to another node: a refusal with its status, or bytes with their end in a trailer. The methods that send
/// give the problem that is to be told, if there is one.
/// </summary>
internal sealed class NodeAnswer(HttpContext context, CancellationToken ended)
{
    private int? _exitCode;

    public Peer Peer { get; } =
        new(
            context.Request.BodyReader,
            async (data, cancellationToken) =>
            {
                await context.Response.Body.WriteAsync(data, cancellationToken);
                await context.Response.Body.FlushAsync(cancellationToken);
            },
            ended
        );

    /// <summary>What follows the head of the call.</summary>
    public Stream Input => context.Request.Body;

    /// <summary>The other node need not wait for the first byte.</summary>
    public async Task BeginAsync()
    {
        await context.Response.StartAsync(ended);
        await context.Response.Body.FlushAsync(ended);
    }

    public async Task<Problem?> SendAsync<T>(Result<T> result)
    {
        if (result.TryGet(out var value, out var problem))
        {
            await context.Response.Body.WriteAsync(NodeJson.Write(value), ended);
        }

        return problem;
    }

    public async Task<Problem?> CopyAsync(Result<Stream> result)
    {
        if (!result.TryGet(out var content, out var problem))
        {
            return problem;
        }

        await using (content)
        {
            context.Response.ContentLength = content.CanSeek ? content.Length : null;
            await BeginAsync();
            await content.CopyToAsync(context.Response.Body, ended);
        }

        return null;
    }

    public async Task<Problem?> CommandAsync(Result<IExecSession> result)
    {
        if (!result.TryGet(out var session, out var problem))
        {
            return problem;
        }

        await using (session)
        {
            await BeginAsync();
            _exitCode = await Relay.CommandAsync(Peer, new FramedInput(session));
        }

        return null;
    }

    public async Task<Problem?> RelayAsync(Result<Stream> result)
    {
        if (!result.TryGet(out var target, out var problem))
        {
            return problem;
        }

        await using (target)
        {
            await BeginAsync();
            await Relay.BytesAsync(Peer, target);
        }

        return null;
    }

    public async Task EndAsync(Problem? problem)
    {
        var end = problem is null ? new NodeEnd(_exitCode) : NodeEnd.Of(problem);
        var response = context.Response;
        if (response.HasStarted || problem is null)
        {
            response.AppendTrailer(NodeEnd.Trailer, end.Write());
            await response.CompleteAsync();
            return;
        }

        response.StatusCode = ProblemKinds.Of(problem).HttpStatus;
        await response.Body.WriteAsync(NodeJson.Write(end), CancellationToken.None);
    }
}
