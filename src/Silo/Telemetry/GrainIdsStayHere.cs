using System.Diagnostics;
using OpenTelemetry;

namespace Palisade.Silo.Telemetry;

/// <summary>
/// SECURITY: a grain's key holds what a client typed, a name that nobody has or an address of a person among it. Which
/// app a step or a job is for is a tag of its own.
/// </summary>
internal sealed class GrainIdsStayHere : BaseProcessor<Activity>
{
    private static readonly string[] Ids = ["orleans.rpc.target_id", "orleans.rpc.source_id", "orleans.grain.id"];

    public override void OnEnd(Activity data)
    {
        foreach (var id in Ids)
        {
            data.SetTag(id, null);
        }
    }
}
