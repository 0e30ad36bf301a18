using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Storage.Objects;
using Palisade.Web.Hosting;

namespace Palisade.Web.Api;

/// <summary>Reads archives that were uploaded whole, so that of one that is damaged there is never a build.</summary>
internal sealed class ArchiveCheck(IObjectStore objects, IOptions<WebOptions> options) : IDisposable
{
    /// <summary>S08: each takes a core while it unpacks; others wait.</summary>
    public const int AtOnce = 2;

    private readonly SemaphoreSlim _places = new(AtOnce, AtOnce);

    /// <summary>Problems: those of <see cref="BuildArchiveReader"/>.</summary>
    public async Task<Result<BuildArchiveHead>> HeadAsync(string org, string key, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            await using var stored =
                await objects.OpenAsync(org, key, cancellationToken)
                ?? throw new InvalidOperationException("An upload that was just stored is not there.");
            var reader = new BuildArchiveReader(options.Value.MaxSourceBytes * BuildArchiveReader.Ratio);
            return (await reader.ReadAsync(stored, folder: null, cancellationToken)).Map(archive => archive.Head);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
