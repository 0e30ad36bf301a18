namespace Palisade.Storage;

/// <summary>Files of lines, of which a kill may have left the last one unfinished.</summary>
internal static class WholeLines
{
    /// <summary>Where the last whole line ends; moves the file's position.</summary>
    public static long EndOf(FileStream file)
    {
        Span<byte> block = stackalloc byte[4096];
        for (var end = file.Length; end > 0; )
        {
            var start = Math.Max(0, end - block.Length);
            file.Position = start;
            var part = block[..(int)(end - start)];
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is >= 0 and var at)
            {
                return start + at + 1;
            }

            end = start;
        }

        return 0;
    }
}
