using System.Threading.Channels;
using Palisade.Storage;
using Serilog.Core;
using Serilog.Events;

namespace Palisade.Web.Hosting;

/// <summary>
/// Keeps out of the log what everybody says of a database that is away, each with a stack, many times a second: it is
/// counted, and <see cref="StoreOutageWatch"/> says it once.
/// </summary>
internal sealed class StoreOutage(TimeProvider time) : ILogEventFilter
{
    private readonly Lock _gate = new();
    private readonly Channel<string> _began = Channel.CreateBounded<string>(1);
    private int _held;
    private long _first;
    private long _last;

    /// <summary>By which its moments are told.</summary>
    public TimeProvider Time => time;

    /// <summary>False for a line about a database that is away.</summary>
    public bool IsEnabled(LogEvent logEvent)
    {
        if (StoreAway.FaultIn(logEvent.Exception) is not { } fault)
        {
            return true;
        }

        lock (_gate)
        {
            _last = time.GetTimestamp();
            if (_held++ == 0)
            {
                _first = _last;
                _began.Writer.TryWrite(fault.Message);
            }
        }

        return false;
    }

    /// <summary>Waits for the first such line; gives the reason that it names.</summary>
    public ValueTask<string> BeganAsync(CancellationToken cancellationToken) =>
        _began.Reader.ReadAsync(cancellationToken);

    /// <summary>
    /// Ends it, unless somebody spoke of it after the moment from which on the database answered. Gives how long it
    /// took and how many lines were kept out.
    /// </summary>
    public (TimeSpan Took, int Held)? TryEnd(long answered)
    {
        lock (_gate)
        {
            if (_last > answered)
            {
                return null;
            }

            var end = (time.GetElapsedTime(_first, answered), _held);
            _held = 0;
            return end;
        }
    }
}
