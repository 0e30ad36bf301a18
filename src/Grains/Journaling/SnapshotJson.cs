using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Journaling;

/// <summary>
/// Folded states as JSON. A snapshot is a cache: one that can't be read costs a replay and nothing else.
/// </summary>
public static class SnapshotJson
{
    public static byte[] Write<TState>(TState state) => System.Text.Encoding.UTF8.GetBytes(ViewJson.Write(state));

    public static bool TryRead<TState>(ReadOnlySpan<byte> body, [NotNullWhen(true)] out TState? state)
        where TState : class
    {
        try
        {
            state = ViewJson.Read<TState>(System.Text.Encoding.UTF8.GetString(body));
            return true;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // Written by a version whose state had another shape.
            state = null;
            return false;
        }
    }
}
