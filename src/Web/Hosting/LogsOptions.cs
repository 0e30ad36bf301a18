using Microsoft.Extensions.Options;

namespace Palisade.Web.Hosting;

/// <summary>What log lines look like.</summary>
internal sealed record LogsOptions
{
    public const string SectionName = "Logs";

    /// <summary>
    /// <c>text</c> for people (default), or <c>json</c> for what collects them: one object a line, in the compact log
    /// event format (clef-json.org).
    /// </summary>
    public string Format { get; init; } = "text";

    public bool Json => Format.Equals("json", StringComparison.OrdinalIgnoreCase);

    /// <summary>As configured, before there is anything to log by.</summary>
    /// <exception cref="OptionsValidationException">The format is unknown.</exception>
    public static LogsOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(SectionName).Get<LogsOptions>() ?? new();
        return options.Json || options.Format.Equals("text", StringComparison.OrdinalIgnoreCase)
            ? options
            : throw new OptionsValidationException(
                SectionName,
                typeof(LogsOptions),
                [$"Logs:Format must be text or json, not '{options.Format}'."]
            );
    }
}
