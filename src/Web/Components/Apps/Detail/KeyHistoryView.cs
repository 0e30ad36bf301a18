using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>A part of what became of one variable.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Changes">Newest first.</param>
/// <param name="Older">The version to go on before; null: there are none.</param>
public sealed record KeyHistoryView(string Key, ImmutableArray<KeyChangeRow> Changes, int? Older);

/// <param name="Release">Which.</param>
/// <param name="IsKept">It can still be looked at.</param>
/// <param name="Deed">What it did to the variable.</param>
/// <param name="At">When.</param>
/// <param name="By">By the name that they have now.</param>
public sealed record KeyChangeRow(string Release, bool IsKept, string Deed, DateTimeOffset At, Principal By);
