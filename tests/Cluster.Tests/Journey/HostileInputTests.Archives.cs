using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Sources that mean harm.</summary>
public sealed partial class HostileInputTests
{
    private static byte[] Archive(string kind)
    {
        byte[] packed = kind switch
        {
            "not gzip" => Encoding.UTF8.GetBytes(new string('x', 5_000)),
            "traversal" => Tar(
                new PaxTarEntry(TarEntryType.RegularFile, "../../evil") { DataStream = new MemoryStream([1]) }
            ),
            "absolute" => Tar(
                new PaxTarEntry(TarEntryType.RegularFile, "/etc/palisade-evil") { DataStream = new MemoryStream([1]) }
            ),
            "link out" => Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "evil") { LinkName = "/etc" }),
            "through a link" => Tar(
                new PaxTarEntry(TarEntryType.Directory, "d"),
                new PaxTarEntry(TarEntryType.SymbolicLink, "evil") { LinkName = "d" },
                new PaxTarEntry(TarEntryType.RegularFile, "evil/f") { DataStream = new MemoryStream([1]) }
            ),
            "hard link" => Tar(new PaxTarEntry(TarEntryType.HardLink, "evil") { LinkName = "/etc/passwd" }),
            "device" => Tar(new PaxTarEntry(TarEntryType.BlockDevice, "evil") { DeviceMajor = 8, DeviceMinor = 0 }),
            "bomb" => Tar(
                new PaxTarEntry(TarEntryType.RegularFile, "evil-zeros")
                {
                    DataStream = new MemoryStream(new byte[200 << 20]),
                }
            ),
            "cut off" => SourceOf("web"),
            "huge declared" => Declared(),
            _ => throw new ArgumentException($"no archive is {kind}", nameof(kind)),
        };
        return kind == "cut off" ? packed[..(packed.Length / 2)] : packed;
    }

    /// <summary>A header that promises 900 GiB, and nothing behind it.</summary>
    private static byte[] Declared()
    {
        var tar = new byte[1536];
        Encoding.ASCII.GetBytes("evil-promise").CopyTo(tar, 0);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0").CopyTo(tar, 100);
        // GNU base-256 size.
        new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 0xE1, 0, 0, 0, 0 }.CopyTo(tar, 124);
        Encoding.ASCII.GetBytes("00000000000\0").CopyTo(tar, 136);
        Encoding.ASCII.GetBytes("        0").CopyTo(tar, 148);
        Encoding.ASCII.GetBytes("ustar\000").CopyTo(tar, 257);
        var sum = tar.AsSpan(0, 512).ToArray().Sum(b => b);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
        return Gzip(tar);
    }

    private static byte[] SourceOf(string app)
    {
        using var source = AppSource.Of(app);
        return SourceArchive.Pack(source.Folder);
    }

    private static byte[] Tar(params TarEntry[] entries)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return Gzip(tar.ToArray());
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
