using Palisade.Domain.Kernel;

namespace Palisade.Web.Api;

/// <summary>
/// What a route answers when it succeeds. Every success is 200: the client knows no other (convox-wire.md 1.7).
/// </summary>
internal abstract record Answer
{
    /// <summary><c>ok\n</c>, for commands without a value.</summary>
    public static Answer Ok { get; } = new OkAnswer();

    /// <summary>A value the client decodes; null is written as <c>null</c>.</summary>
    public static Answer Json(object? value) => new JsonAnswer(value);

    /// <summary>Bytes, offered as a download under a name and never shown by a browser (S07).</summary>
    public static Answer Download(Stream content, string contentType, string fileName, long? length = null) =>
        new DownloadAnswer(content, contentType, fileName, length);

    public static Answer From(Done _) => Ok;

    public abstract Task WriteAsync(HttpContext context);

    private sealed record OkAnswer : Answer
    {
        private static readonly byte[] Body = "ok\n"u8.ToArray();

        public override Task WriteAsync(HttpContext context) => SendAsync(context, "text/plain; charset=utf-8", Body);
    }

    private sealed record JsonAnswer(object? Value) : Answer
    {
        public override Task WriteAsync(HttpContext context) =>
            SendAsync(context, "application/json", WireJson.Bytes(Value));
    }

    private sealed record DownloadAnswer(Stream Content, string ContentType, string FileName, long? Length) : Answer
    {
        public override async Task WriteAsync(HttpContext context)
        {
            await using (Content)
            {
                var response = context.Response;
                response.ContentType = ContentType;
                response.ContentLength = Length;
                response.Headers.ContentDisposition = $"attachment; filename=\"{FileName}\"";
                await Content.CopyToAsync(response.Body, context.RequestAborted);
            }
        }
    }

    private static async Task SendAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
