using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Palisade.Storage;
using Palisade.Storage.Objects;

namespace Palisade.Web.Pages;

/// <summary>
/// Keeps ASP.NET's data protection keys (form tokens, circuit ids) in the store, sealed with the installation's key
/// (S05), so that a restart keeps open forms good and every node takes them.
/// </summary>
internal sealed class StoredKeys(IStore store) : IXmlRepository
{
    private const string Folder = "protection/";
    private const int MaxKeys = 1_000;
    private const int MaxBytes = 64 * 1024;

    // The interface is synchronous; it is asked once a day or so, never on a request's turn after the first.
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => WriteAsync(element)).GetAwaiter().GetResult();

    private async Task<IReadOnlyCollection<XElement>> ReadAsync()
    {
        var found = new List<XElement>();
        foreach (var info in await store.Objects.ListAsync("", Folder, MaxKeys))
        {
            if (await store.Objects.OpenAsync("", info.Key) is { } content)
            {
                await using (content)
                {
                    found.Add(await XElement.LoadAsync(content, LoadOptions.None, CancellationToken.None));
                }
            }
        }

        return found;
    }

    private async Task WriteAsync(XElement element)
    {
        using var bytes = new MemoryStream();
        await element.SaveAsync(bytes, SaveOptions.DisableFormatting, CancellationToken.None);
        bytes.Position = 0;
        await store.Objects.PutAsync(
            "",
            $"{Folder}{element.Attribute("id")?.Value ?? Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8))}",
            bytes,
            MaxBytes
        );
    }
}
