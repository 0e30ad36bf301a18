using Palisade.Domain.Kernel;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Racks;

/// <summary>The rack's own log: what becomes of the rack itself. Apps have theirs.</summary>
public static class RackLog
{
    private const string Source = "system/palisade/rack";

    public static string Of(RackRef rack) => $"rack/{rack}";

    public static LogLine Line(DateTimeOffset at, string text) => new(at, Source, text);
}
