using Orleans.Runtime;
using Palisade.Grains;
using Serilog.Core;
using Serilog.Events;

namespace Palisade.Web.Hosting;

/// <summary>
/// Puts the id of the request that caused it to each line, also to those of grains and jobs that it reaches.
/// </summary>
internal sealed class RequestIdEnricher : ILogEventEnricher
{
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (RequestContext.Get(Correlation.RequestId) is string id)
        {
            logEvent.AddPropertyIfAbsent(new LogEventProperty(Correlation.RequestId, new ScalarValue(id)));
        }
    }
}
