using System.Globalization;
using System.Text.Json.Nodes;

namespace Palisade.Racks.Local.Engine;

public sealed partial class DockerClient
{
    private static readonly HttpMethod Post = HttpMethod.Post;

    /// <summary>
    /// Creates a container; <see cref="EngineException.IsConflict"/> when the name is taken. Gives its id.
    /// </summary>
    public async Task<string> CreateAsync(ContainerSpec spec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var answer = await PostAsync<JsonObject>(
                $"containers/create?name={Escape(spec.Name)}",
                ContainerBody.Of(spec, IsPodman),
                cancellationToken
            )
            .ConfigureAwait(false);
        return (string?)answer["Id"] ?? throw new EngineException(200, "The container engine named no container.");
    }

    /// <summary>Starts; nothing happens when it already runs.</summary>
    public Task StartAsync(string container, CancellationToken cancellationToken) =>
        CallAsync(Post, $"containers/{Escape(container)}/start", cancellationToken);

    /// <summary>
    /// Sends the stop signal, and the kill signal after <paramref name="grace"/>. Nothing happens when it does not run
    /// or is gone.
    /// </summary>
    public async Task StopAsync(string container, TimeSpan grace, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(
                    Post,
                    $"containers/{Escape(container)}/stop?t={(int)Math.Ceiling(grace.TotalSeconds)}",
                    cancellationToken,
                    limit: DefaultLimit + grace
                )
                .ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return;
        }
    }

    /// <summary>Sends a signal by name (<c>SIGTERM</c>); 409 when the container does not run.</summary>
    public Task KillAsync(string container, string signal, CancellationToken cancellationToken) =>
        CallAsync(Post, $"containers/{Escape(container)}/kill?signal={Escape(signal)}", cancellationToken);

    public Task RenameAsync(string container, string name, CancellationToken cancellationToken) =>
        CallAsync(Post, $"containers/{Escape(container)}/rename?name={Escape(name)}", cancellationToken);

    /// <summary>
    /// Removes a container and its anonymous volumes; true when it was there. A running one needs
    /// <paramref name="force"/>.
    /// </summary>
    public async Task<bool> RemoveAsync(string container, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(
                    HttpMethod.Delete,
                    $"containers/{Escape(container)}?v=true&force={(force ? "true" : "false")}",
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

    /// <summary>What the engine knows of a container, or null when there is none.</summary>
    public async Task<ContainerInspect?> InspectAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync<ContainerInspect>($"containers/{Escape(container)}/json", cancellationToken)
                .ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Bytes in files that a container made or changed, as the engine counts them (by length); 0 when it is gone.
    /// </summary>
    public async Task<long> WrittenAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            var inspect = await GetAsync<ContainerInspect>(
                    $"containers/{Escape(container)}/json?size=true",
                    cancellationToken
                )
                .ConfigureAwait(false);
            return inspect.SizeRw ?? 0;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return 0;
        }
    }

    /// <summary>
    /// Containers that carry all the given labels (<c>key</c> or <c>key=value</c>); stopped ones too when
    /// <paramref name="all"/>.
    /// </summary>
    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(
        IReadOnlyCollection<string> labels,
        bool all,
        CancellationToken cancellationToken
    ) =>
        await GetAsync<List<ContainerSummary>>(
                $"containers/json?all={(all ? "true" : "false")}&filters={Filters(labels)}",
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Waits until the container has ended and gives its exit code; without a time limit of its own.</summary>
    public async Task<int> WaitAsync(string container, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
                Post,
                $"containers/{Escape(container)}/wait",
                null,
                Timeout.InfiniteTimeSpan,
                cancellationToken
            )
            .ConfigureAwait(false);
        var answer = await ReadAsync<JsonObject>(response, cancellationToken).ConfigureAwait(false);
        return (int?)answer["StatusCode"] ?? throw new EngineException(200, "The container engine gave no exit code.");
    }

    /// <summary>
    /// Log lines, cleaned as S29 asks. With <paramref name="query"/>'s Follow the sequence ends when the container
    /// does. COMPAT: podman 4.3 gives times in whole seconds here.
    /// </summary>
    public async IAsyncEnumerable<LogLine> LogsAsync(
        string container,
        LogQuery query,
        bool tty,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        var since = query.Since is { } from
            ? $"&since={(from.ToUnixTimeMilliseconds() / 1000m).ToString("0.000", CultureInfo.InvariantCulture)}"
            : "";
        var tail = query.Tail is { } lines ? $"&tail={lines.ToString(CultureInfo.InvariantCulture)}" : "";
        using var response = await SendAsync(
                HttpMethod.Get,
                $"containers/{Escape(container)}/logs?stdout=true&stderr=true&timestamps=true"
                    + $"&follow={(query.Follow ? "true" : "false")}{since}{tail}",
                null,
                DefaultLimit,
                cancellationToken
            )
            .ConfigureAwait(false);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var line in LogFrames.ReadAsync(stream, tty, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }
}
