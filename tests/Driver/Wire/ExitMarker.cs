using System.Globalization;
using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>
/// Finds the exit code in a stream as the client does: slice by slice of 1024 bytes, never across two (convox-wire.md
/// 1.8).
/// </summary>
public sealed class ExitMarker
{
    private const int Slice = 1024;
    private static readonly byte[] Marker = Encoding.ASCII.GetBytes("F1E49A85-0AD7-4AEF-A618-C249C6E6568D:");
    private readonly List<byte> _output = [];

    /// <summary>The code that was sent; 0 when none was.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Whether a code was sent at all; the client does not tell the difference.</summary>
    public bool WasSent { get; private set; }

    /// <summary>Everything that is not the marker.</summary>
    public byte[] Output => [.. _output];

    public void Take(ReadOnlySpan<byte> frame)
    {
        for (; frame.Length > 0; frame = frame[Math.Min(Slice, frame.Length)..])
        {
            TakeSlice(frame[..Math.Min(Slice, frame.Length)]);
        }
    }

    private void TakeSlice(ReadOnlySpan<byte> slice)
    {
        var at = slice.IndexOf(Marker);
        if (at < 0)
        {
            _output.AddRange(slice);
            return;
        }

        _output.AddRange(slice[..at]);
        var digits = Encoding.Latin1.GetString(slice[(at + Marker.Length)..]).Trim();
        if (!int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
        {
            throw new ConvoxException("unable to read exit code");
        }

        // A process' exit status has eight bits.
        (ExitCode, WasSent) = (code & 0xFF, true);
    }
}
