using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Palisade.Racks.Local.Tests.Build;

/// <summary>Tars that no <see cref="TarWriter"/> writes.</summary>
internal static class RawTar
{
    /// <summary>One entry whose header is changed before its checksum is made, and the end.</summary>
    public static byte[] Of(string name, byte[] content, Action<byte[]> change)
    {
        var whole = Of(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        // The extended header has a block of its own and one of attributes.
        var header = whole[1024..1536];
        change(header);
        Encoding.ASCII.GetBytes("        ").CopyTo(header, 148);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return [.. header, .. whole[1536..]];
    }

    public static byte[] Of(params TarEntry[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return tar.ToArray();
    }

    public static byte[] Packed(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>An entry with an attribute of so many bytes.</summary>
    public static PaxTarEntry WithAttribute(string name, byte[] content, int bytes) =>
        new(TarEntryType.RegularFile, name, [KeyValuePair.Create("comment", new string('c', bytes))])
        {
            DataStream = new MemoryStream(content),
        };

    /// <summary>Fields that a reader can't take for what they say.</summary>
    public static TheoryData<string> BadFields => ["sparse", "mtime", "uid", "size", "mode"];

    public static void Spoil(byte[] header, string field)
    {
        switch (field)
        {
            case "sparse":
                header[156] = (byte)'S';
                break;
            case "mtime":
                Binary(header.AsSpan(136, 12));
                break;
            case "uid":
                Binary(header.AsSpan(108, 8));
                break;
            case "size":
                Binary(header.AsSpan(124, 12));
                break;
            case "mode":
                Encoding.ASCII.GetBytes("zzzzzzz").CopyTo(header, 100);
                break;
            default:
                throw new ArgumentException(field, nameof(field));
        }
    }

    private static void Binary(Span<byte> field)
    {
        field.Fill(0x7f);
        field[0] = 0x80;
    }
}
