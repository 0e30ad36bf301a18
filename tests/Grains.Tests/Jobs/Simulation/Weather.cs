namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// What the network between the nodes and the database does at the moment. Calm when the faults are over.
/// </summary>
internal sealed class Weather(World world)
{
    /// <summary>No answers before this time, from nobody.</summary>
    private TimeSpan _down;

    public bool Calm { get; set; }

    public bool Down => !Calm && world.Now < _down;

    /// <summary>The database is away: what was on its way to it is lost.</summary>
    public void TakeDown(TimeSpan time) => _down = world.Now + time;

    /// <summary>How long a message is under way.</summary>
    public TimeSpan Delay() =>
        !Calm && world.Chance(0.02) ? world.Between(0.05, 3) : TimeSpan.FromMicroseconds(world.Random.Next(100, 2_000));

    /// <summary>How long one waits for what does not come.</summary>
    public TimeSpan Patience() => world.Between(0.05, 4);

    public bool LosesRequest() => Down || (!Calm && world.Chance(0.01));

    public bool LosesAnswer() => Down || (!Calm && world.Chance(0.02));

    /// <summary>Notices are told at most once, at some time, in any order.</summary>
    public bool LosesNotice() => Down || (!Calm && world.Chance(0.1));
}
