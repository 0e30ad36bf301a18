using System.Collections.Immutable;

namespace Palisade.Storage.Moving;

/// <param name="Rows">Of each table.</param>
/// <param name="HeadsDigest">Of the heads of all streams, which the record of the move names.</param>
/// <param name="Files">Of keys, objects and logs that were copied to other folders; none where the folders
/// stay.</param>
public sealed record MoveReport(ImmutableSortedDictionary<string, long> Rows, string HeadsDigest, int Files);
