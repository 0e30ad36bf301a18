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

    /// <summary>Claims always arrive and are answered, as where process and database are one.</summary>
    public bool ClaimsAreSure { get; init; }

    public bool LosesRequest(bool isClaim) => !IsSure(isClaim) && (Down || (!Calm && world.Chance(0.01)));

    public bool LosesAnswer(bool isClaim) => !IsSure(isClaim) && (Down || (!Calm && world.Chance(0.02)));

    /// <summary>What is under way meets no database.</summary>
    public bool IsDown(bool isClaim) => Down && !IsSure(isClaim);

    private bool IsSure(bool isClaim) => isClaim && ClaimsAreSure;

    /// <summary>Notices are told at most once, at some time, in any order.</summary>
    public bool LosesNotice() => Down || (!Calm && world.Chance(0.1));
}
