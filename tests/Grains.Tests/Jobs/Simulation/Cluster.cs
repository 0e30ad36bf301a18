namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>Three machines, each with a process that is started again when it is gone, and what befalls them.</summary>
internal sealed class Cluster(World world, Weather weather, ModelDatabase database, Place databasePlace)
{
    private const int Machines = 3;

    private readonly Node[] _nodes = new Node[Machines];
    private int _starts;

    public int Kills { get; private set; }

    /// <summary>A pump that ended by itself, or broke a promise.</summary>
    public Exception? Fault => _nodes.Select(node => node.Fault).FirstOrDefault(fault => fault is not null);

    public void Begin(TimeSpan faultsUntil)
    {
        for (var i = 0; i < Machines; i++)
        {
            Start(i);
        }

        database.Committed += _ =>
        {
            // What was just committed is not acknowledged, if it is the one that asked for it.
            if (!weather.Calm && world.Chance(0.03))
            {
                Kill();
            }
        };
        NextFault();
        world.In(faultsUntil, () => weather.Calm = true);
    }

    public Node Any() => world.One(_nodes);

    private void Start(int machine)
    {
        var node = new Node(world, weather, database, $"n{++_starts}", $"m{machine}");
        _nodes[machine] = node;
        world.Note($"start {machine}");
        Watch(machine, node);
    }

    private void Watch(int machine, Node node) =>
        world.In(
            world.Between(0.1, 3),
            () =>
            {
                if (node.IsGone)
                {
                    Start(machine);
                }
                else
                {
                    Watch(machine, node);
                }
            }
        );

    private void NextFault() =>
        world.In(
            world.Between(0.2, 3),
            () =>
            {
                if (!weather.Calm)
                {
                    Strike();
                    NextFault();
                }
            }
        );

    private void Strike()
    {
        switch (world.Random.Next(6))
        {
            case 0:
                Kill();
                break;
            case 1:
                Any().Stop();
                break;
            case 2:
                Any().Place.Pause(world.Between(0.1, 6));
                break;
            case 3:
                Any().Place.Step = world.Between(-300, 300);
                break;
            case 4:
                databasePlace.Step += world.Between(-3, 3);
                break;
            default:
                weather.TakeDown(world.Between(0.1, 5));
                break;
        }
    }

    private void Kill()
    {
        Kills++;
        Any().Place.Kill();
    }
}
