using System.Collections.Immutable;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>Databases that leave out one thing that they promise.</summary>
internal static class BrokenDatabases
{
    public static Databases Of(string fault) =>
        fault switch
        {
            "appends without compare-and-swap" => (world, clock, events) => new NoSwap(world, clock, events),
            "reports without fences" => (world, clock, events) => new NoFences(world, clock, events),
            "leases that are not renewed" => (world, clock, events) => new NoRenewal(world, clock, events),
            "leases that never end" => (world, clock, events) => new NoEnd(world, clock, events),
            "claims whose answer was lost stay lost" => (world, clock, events) => new LostClaims(world, clock, events),
            "jobs that are lost with a second append" => (world, clock, events) => new NoJobs(world, clock, events),
            "keys that are forgotten" => (world, clock, events) => new NoKeys(world, clock, events),
            "ends that are told and not stored" => (world, clock, events) => new NoEnds(world, clock, events),
            _ => throw new ArgumentException(fault),
        };

    private sealed class NoSwap(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        public override AppendResult Append(Append append) =>
            base.Append(
                append with
                {
                    Writes = [.. append.Writes.Select(w => w with { ExpectedHead = Head(w.Stream).Head })],
                }
            );
    }

    private sealed class NoFences(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        public override AppendResult Append(Append append) => base.Append(append with { Fences = [] });
    }

    private sealed class NoRenewal(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        public override bool Beat(string node) => true;
    }

    private sealed class NoEnd(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        protected override bool IsAlive(string node) => true;
    }

    private sealed class LostClaims(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        public override ImmutableArray<ClaimedJob> Claim(
            string node,
            int max,
            int maxOfOrg,
            IReadOnlySet<JobFence> given
        ) => base.Claim(node, max, maxOfOrg, Jobs.Where(job => job.Node == node).Select(job => job.Fence).ToHashSet());
    }

    private sealed class NoJobs(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        private int _appends;

        public override AppendResult Append(Append append) =>
            base.Append(++_appends % 7 == 0 ? append with { Jobs = [] } : append);
    }

    private sealed class NoKeys(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        public override AppendResult Append(Append append) => base.Append(append with { Idempotency = null });
    }

    private sealed class NoEnds(World world, TimeProvider clock, EventCatalog events)
        : ModelDatabase(world, clock, events)
    {
        private int _ends;

        public override bool End(JobFence fence, JobEnd end) => ++_ends % 10 == 0 || base.End(fence, end);
    }
}
