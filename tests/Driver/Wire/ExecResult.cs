using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>How a command in a process ended.</summary>
/// <param name="ExitCode">The client's exit status.</param>
/// <param name="CodeWasSent">Whether the server said it; without it the client exits 0.</param>
/// <param name="Output">Everything it printed.</param>
/// <param name="EndedBy">How the stream ended.</param>
public sealed record ExecResult(int ExitCode, bool CodeWasSent, byte[] Output, string? EndedBy)
{
    public string Text => Encoding.UTF8.GetString(Output);
}
