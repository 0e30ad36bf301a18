using System.Globalization;
using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

public sealed partial class DockerClient
{
    /// <summary>An image by name or id, or null.</summary>
    public async Task<ImageInspect?> InspectImageAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync<ImageInspect>($"images/{Escape(image)}/json", cancellationToken)
                .ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<ImageSummary>> ListImagesAsync(
        IReadOnlyCollection<string> labels,
        CancellationToken cancellationToken
    ) =>
        // COMPAT: podman refuses an empty list of labels here.
        await GetAsync<List<ImageSummary>>(
                labels.Count == 0 ? "images/json" : $"images/json?filters={Filters(labels)}",
                cancellationToken
            )
            .ConfigureAwait(false);

    public Task TagImageAsync(string image, string repository, string tag, CancellationToken cancellationToken) =>
        CallAsync(Post, $"images/{Escape(image)}/tag?repo={Escape(repository)}&tag={Escape(tag)}", cancellationToken);

    /// <summary>
    /// Removes a name, and the image when it was its last name; true when it was there. 409 when a container uses it.
    /// </summary>
    public async Task<bool> RemoveImageAsync(string image, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(
                    HttpMethod.Delete,
                    $"images/{Escape(image)}?force={(force ? "true" : "false")}",
                    cancellationToken
                )
                .ConfigureAwait(false);
            return true;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>
    /// Removes layers that were made before a time, have no name, and that no other image and no container is made of:
    /// what failed builds left, and earlier stages. Gives how many.
    /// </summary>
    public async Task<int> PruneLayersAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var filters = new JsonObject
        {
            ["dangling"] = new JsonArray("true"),
            ["until"] = new JsonArray(
                (before.ToUnixTimeMilliseconds() / 1000m).ToString("0.000000000", CultureInfo.InvariantCulture)
            ),
        };
        using var answer = await SendAsync(
                Post,
                $"images/prune?filters={Escape(filters.ToJsonString())}",
                null,
                TimeSpan.FromMinutes(10),
                cancellationToken
            )
            .ConfigureAwait(false);
        var pruned = await ReadAsync<PrunedImages>(answer, cancellationToken).ConfigureAwait(false);
        return pruned.ImagesDeleted?.Count(image => image.Deleted is not null) ?? 0;
    }

    public Task<JsonArray> ImageHistoryAsync(string image, CancellationToken cancellationToken) =>
        GetAsync<JsonArray>($"images/{Escape(image)}/history", cancellationToken);

    /// <summary>Loads the images of a tar that <see cref="SaveImageAsync"/> or <c>docker save</c> made.</summary>
    public async Task LoadImageAsync(Stream tar, CancellationToken cancellationToken)
    {
        using var content = new StreamContent(tar);
        content.Headers.ContentType = new("application/x-tar");
        using var response = await SendAsync(
                Post,
                "images/load?quiet=true",
                content,
                TimeSpan.FromMinutes(10),
                cancellationToken
            )
            .ConfigureAwait(false);
        await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A tar of an image. The stream is the caller's to dispose.</summary>
    public Task<Stream> SaveImageAsync(string image, CancellationToken cancellationToken) =>
        ImageTarAsync($"images/{Escape(image)}/get", cancellationToken);

    /// <summary>
    /// As <see cref="SaveImageAsync"/>, an OCI image layout. COMPAT: only podman's own API can be asked for one.
    /// </summary>
    public Task<Stream> SaveLayoutAsync(string image, CancellationToken cancellationToken) =>
        ImageTarAsync($"libpod/images/{Escape(image)}/get?format=oci-archive", cancellationToken);

    private async Task<Stream> ImageTarAsync(string path, CancellationToken cancellationToken)
    {
        var response = await SendAsync(HttpMethod.Get, path, null, TimeSpan.FromMinutes(10), cancellationToken)
            .ConfigureAwait(false);
        return new OwnedStream(
            await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false),
            response
        );
    }
}
