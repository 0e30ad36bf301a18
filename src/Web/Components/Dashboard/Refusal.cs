using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Dashboard;

/// <summary>Something that was refused to somebody.</summary>
/// <param name="Index">Its place in the audit log.</param>
/// <param name="Operation">As <c>release.promote</c>.</param>
/// <param name="Resource">On what, for a person to read.</param>
public sealed record Refusal(long Index, DateTimeOffset At, Principal By, string Operation, string Resource);
