using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>
/// Reads an exported bundle as a verifier takes it: line by line, each in a place of its own that the verifier may
/// write to.
/// </summary>
public static class BundleFile
{
    /// <summary>Longest line, in bytes.</summary>
    public const int MaxLine = 64 << 20;

    private const int FirstBuffer = 1 << 20;

    /// <summary>
    /// Verifies everything up to the end of the stream. Throws <see cref="InvalidDataException"/> on a line over
    /// <see cref="MaxLine"/>.
    /// </summary>
    public static VerificationReport Verify(Stream bundle, BundleVerifier verifier)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(verifier);
        var (buffer, start, end) = (new byte[FirstBuffer], 0, 0);
        while (true)
        {
            var unread = buffer.AsSpan(start, end - start);
            var length = unread.IndexOf((byte)'\n');
            if (length >= 0)
            {
                verifier.Add(unread[..length]);
                start += length + 1;
                continue;
            }

            (start, end) = MakeRoom(ref buffer, start, end);
            var read = bundle.Read(buffer, end, buffer.Length - end);
            end += read;
            if (read == 0)
            {
                if (start < end)
                {
                    verifier.Add(buffer.AsSpan(start, end - start));
                }

                return verifier.End();
            }
        }
    }

    /// <summary>Moves what is unread to the front; a line that fills everything gets twice the room.</summary>
    private static (int Start, int End) MakeRoom(ref byte[] buffer, int start, int end)
    {
        var target = buffer;
        if (start == 0 && end == buffer.Length)
        {
            target =
                buffer.Length < MaxLine
                    ? new byte[buffer.Length * 2]
                    : throw new InvalidDataException($"A line has more than {MaxLine} bytes.");
        }

        buffer.AsSpan(start, end - start).CopyTo(target);
        buffer = target;
        return (0, end - start);
    }
}
