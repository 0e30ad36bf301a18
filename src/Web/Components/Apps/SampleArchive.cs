using System.Formats.Tar;
using System.IO.Compression;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps;

/// <summary>
/// Packs <c>examples/hello</c>, which ships with the server, with this machine's busybox as a source archive.
/// </summary>
internal static class SampleArchive
{
    private const string Busybox = "/bin/busybox";

    private const UnixFileMode Program =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "examples", "hello");

    /// <summary>A gzip tar. Problems: <c>sample.missing</c>, <c>sample.no_busybox</c>.</summary>
    public static async Task<Result<MemoryStream>> PackAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
        {
            return new Unavailable("sample.missing", "the sample is not beside this server")
            {
                Suggestion = "deploy an app of your own with convox deploy",
            };
        }

        if (!File.Exists(Busybox))
        {
            return new Unavailable("sample.no_busybox", $"the sample is made of {Busybox}, which this machine lacks")
            {
                Suggestion = "install Debian's busybox-static",
            };
        }

        var bytes = new MemoryStream();
        await using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (
                var file in Directory
                    .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
            )
            {
                await AddAsync(tar, file, Path.GetRelativePath(Folder, file), cancellationToken);
            }

            await AddAsync(tar, Busybox, "busybox", cancellationToken);
        }

        bytes.Position = 0;
        return bytes;
    }

    private static async Task AddAsync(TarWriter tar, string file, string name, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(file);
        var entry = new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            Mode = (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0 ? Program : Plain,
        };
        await tar.WriteEntryAsync(entry, cancellationToken);
    }
}
