using System.Text.Json;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>What a node answered; nothing when the answer was lost.</summary>
/// <param name="Status">0 without an answer.</param>
internal sealed record Answer(int Node, int Status, string Text, Span Span)
{
    public Outcome Outcome =>
        Status switch
        {
            >= 200 and < 300 => Outcome.Acknowledged,
            >= 400 and < 500 => Outcome.Refused,
            _ => Outcome.Lost,
        };

    public JsonElement Json => JsonElement.Parse(Text);
}
