using System.Runtime.InteropServices;

namespace Palisade.Racks.Local.Machine;

/// <summary>What statx(2) says of a file, links followed.</summary>
/// <param name="Device">The file system that it is on.</param>
/// <param name="Inode">With <paramref name="Device"/>: which file it is.</param>
/// <param name="Names">Folders' entries that lead to it; 0 when it is held by processes alone.</param>
/// <param name="Bytes">That its blocks take.</param>
/// <param name="IsFile">A regular one.</param>
internal readonly record struct FileFacts(ulong Device, ulong Inode, uint Names, long Bytes, bool IsFile)
{
    private const int WorkingFolder = -100; // AT_FDCWD
    private const uint BasicFacts = 0x7ff; // STATX_BASIC_STATS
    private const ushort TypeMask = 0xf000; // S_IFMT
    private const ushort RegularFile = 0x8000; // S_IFREG
    private const long BytesOfBlock = 512; // stx_blocks counts these, whatever the file system's are

    /// <summary>Null when there is nothing, or nothing any more.</summary>
    public static FileFacts? Of(string path) =>
        Native.Statx(WorkingFolder, path, 0, BasicFacts, out var found) != 0
            ? null
            : new(
                ((ulong)found.DeviceMajor << 32) | found.DeviceMinor,
                found.Inode,
                found.Links,
                (long)found.Blocks * BytesOfBlock,
                (found.Mode & TypeMask) == RegularFile
            );

    /// <summary><c>struct statx</c>, as far as it is used; it is the same on every machine.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public readonly struct Buffer
    {
        [FieldOffset(16)]
        public readonly uint Links;

        [FieldOffset(28)]
        public readonly ushort Mode;

        [FieldOffset(32)]
        public readonly ulong Inode;

        [FieldOffset(48)]
        public readonly ulong Blocks;

        [FieldOffset(136)]
        public readonly uint DeviceMajor;

        [FieldOffset(140)]
        public readonly uint DeviceMinor;
    }
}
