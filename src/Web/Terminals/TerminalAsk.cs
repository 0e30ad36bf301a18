using System.Net;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Web.Streams;

namespace Palisade.Web.Terminals;

/// <summary>Who opens a terminal, and what for.</summary>
/// <param name="Session">Key of the ticket of the session that the page has.</param>
/// <param name="Address">Where the browser is.</param>
internal sealed record TerminalAsk(string Session, IPAddress? Address, Caller Caller, AppRef App)
{
    public Resource Resource => Resource.Of(App);

    /// <summary>What is watched of an operation that was decided.</summary>
    public WatchedRights Rights(Operation operation) =>
        new(Session, TokenKind.Session, Address, Caller, operation, Resource);
}
