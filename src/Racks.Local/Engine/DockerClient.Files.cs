using System.Net;
using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

/// <summary>Files of containers.</summary>
public sealed partial class DockerClient
{
    /// <summary>
    /// Makes a tar of a path inside a container. The stream is the caller's to dispose; 404 when there is no such path.
    /// </summary>
    public async Task<Stream> GetArchiveAsync(string container, string path, CancellationToken cancellationToken)
    {
        var response = await SendAsync(
                HttpMethod.Get,
                $"containers/{Escape(container)}/archive?path={Escape(path)}",
                null,
                DefaultLimit,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new OwnedStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false),
            response
        );
    }

    /// <summary>Unpacks a tar into an existing folder of a container.</summary>
    public async Task PutArchiveAsync(string container, string path, Stream tar, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(tar);
        content.Headers.ContentType = new("application/x-tar");
        using var response = await SendAsync(
                HttpMethod.Put,
                $"containers/{Escape(container)}/archive?path={Escape(path)}",
                content,
                TimeSpan.FromMinutes(10),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// What a path inside a container is (Docker's <c>X-Docker-Container-Path-Stat</c>), or null when there is nothing.
    /// </summary>
    public async Task<JsonObject?> HeadArchiveAsync(string container, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(
                    HttpMethod.Head,
                    $"containers/{Escape(container)}/archive?path={Escape(path)}",
                    null,
                    DefaultLimit,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return response.Headers.TryGetValues("X-Docker-Container-Path-Stat", out var values)
                ? JsonNode.Parse(Convert.FromBase64String(values.First()))?.AsObject()
                : null;
        }
        catch (EngineException e) when (e.Status == (int)HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
