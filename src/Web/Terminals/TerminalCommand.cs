using Palisade.Racks;
using Palisade.Web.Streams;

namespace Palisade.Web.Terminals;

/// <summary>A command that was opened for a terminal.</summary>
/// <param name="Session">Its streams.</param>
/// <param name="Rights">By what it was opened.</param>
/// <param name="Process">Where it runs.</param>
/// <param name="EndAsync">What is to be done when it is over, whyever.</param>
internal sealed record TerminalCommand(IExecSession Session, WatchedRights Rights, string Process, Func<Task> EndAsync)
    : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Session.DisposeAsync();
        }
        finally
        {
            await EndAsync();
        }
    }
}
