using Orleans.Runtime;
using Palisade.Grains;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Palisade.Web.Hosting;

/// <summary>
/// A line has the properties that its message names, where it comes from, and the id of the request that caused it,
/// also in grains and jobs that this reached.
/// </summary>
internal sealed class LineProperties : ILogEventEnricher
{
    private static readonly string[] Kept = [Constants.SourceContextPropertyName, "EventId"];

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        // SECURITY: the scopes of frameworks hold what only its bearer should know, such as a path with an invite's
        // token (S10); a line in JSON would have all of them.
        var named = logEvent.MessageTemplate.Tokens.OfType<PropertyToken>().Select(token => token.PropertyName);
        foreach (var scoped in logEvent.Properties.Keys.Except(named).Except(Kept).ToArray())
        {
            logEvent.RemovePropertyIfPresent(scoped);
        }

        if (RequestContext.Get(Correlation.RequestId) is string id)
        {
            logEvent.AddPropertyIfAbsent(new LogEventProperty(Correlation.RequestId, new ScalarValue(id)));
        }
    }
}
