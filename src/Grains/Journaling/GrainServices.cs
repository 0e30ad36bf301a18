using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Storage;

namespace Palisade.Grains.Journaling;

/// <summary>What every shell needs.</summary>
public sealed record GrainServices(
    IStore Store,
    IGate Gate,
    IRecorder Recorder,
    IIdSource Ids,
    TimeProvider Time,
    NodeIdentity Node,
    KeyMeter Uses
);
