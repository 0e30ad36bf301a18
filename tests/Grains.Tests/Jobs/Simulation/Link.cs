namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// A node's way to the database. What arrives is done, also when whoever sent it was killed meanwhile or is told that
/// the connection broke.
/// </summary>
internal sealed class Link(World world, Weather weather, Place place)
{
    public Task<T> CallAsync<T>(Func<T> call, bool isClaim = false)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (weather.LosesRequest(isClaim))
        {
            place.In(weather.Patience(), () => Break(answer));
            if (world.Chance(0.5))
            {
                // It arrives after all, when nobody waits for it any more.
                world.In(world.Between(0.1, 5), () => Arrive(call, new(), isClaim));
            }

            return answer.Task;
        }

        world.In(weather.Delay(), () => Arrive(call, answer, isClaim));
        return answer.Task;
    }

    private void Arrive<T>(Func<T> call, TaskCompletionSource<T> answer, bool isClaim)
    {
        if (weather.IsDown(isClaim))
        {
            place.In(weather.Patience(), () => Break(answer));
            return;
        }

        T done;
        try
        {
            done = call();
        }
#pragma warning disable CA1031 // Belongs to whoever asked.
        catch (Exception e)
#pragma warning restore CA1031
        {
            place.In(weather.Delay(), () => answer.TrySetException(e));
            return;
        }

        if (weather.LosesAnswer(isClaim))
        {
            place.In(weather.Patience(), () => Break(answer));
        }
        else
        {
            place.In(weather.Delay(), () => answer.TrySetResult(done));
        }
    }

    private static void Break<T>(TaskCompletionSource<T> answer) =>
        answer.TrySetException(new IOException("The connection to the database broke."));
}
