using System.Net.Sockets;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// HAProxy's command line over its unix sockets (management guide, chapter 9): a connection for each call, the answer
/// read to its end, at most 16 MiB and 5 s. Problems: <c>router.unreachable</c> (Unavailable) when nothing answers,
/// <c>router.refused</c> (Conflict) when HAProxy says no.
/// </summary>
public sealed class RouterClient(RouterFolder folder, TimeProvider time)
{
    private const int AnswerLimit = 16 * 1024 * 1024;

    // COMPAT: the master's command line stays open after an answer, the worker's does not.
    private const string Quit = "\nquit";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Asks the current worker. <paramref name="payload"/>: lines, none empty, for commands that take them.
    /// </summary>
    public Task<Result<string>> AskAsync(string command, CancellationToken ct, string? payload = null) =>
        SendAsync(RouterFolder.AdminSocket, Checked(command) + Payload(payload), ct);

    /// <summary>Asks the master process, which lives through reloads.</summary>
    public Task<Result<string>> AskMasterAsync(string command, CancellationToken ct) =>
        SendAsync(RouterFolder.MasterSocket, Checked(command) + Quit, ct);

    /// <summary>Asks one worker, also one that an earlier reload left to finish its connections.</summary>
    public Task<Result<string>> AskWorkerAsync(int pid, string command, CancellationToken ct) =>
        AskMasterAsync($"@!{pid} {command}", ct);

    /// <summary>
    /// Gives a command whose success is silence or a text that starts with one of <paramref name="accepted"/>.
    /// </summary>
    public Task<Result<Done>> TellWorkerAsync(
        int pid,
        string command,
        CancellationToken ct,
        params string[] accepted
    ) => TellWorkerAsync(pid, [command], ct, accepted);

    /// <summary>
    /// The same of several on one connection, in order. One that is refused does not keep those after it from being
    /// carried out.
    /// </summary>
    public async Task<Result<Done>> TellWorkerAsync(
        int pid,
        IReadOnlyCollection<string> commands,
        CancellationToken ct,
        params string[] accepted
    )
    {
        var lines = string.Join('\n', commands.Select(command => $"@!{pid} {Checked(command)}"));
        var answer = await SendAsync(RouterFolder.MasterSocket, lines + Quit, ct);
        return answer.Then(text => Accept(text, accepted));
    }

    /// <summary>As <see cref="TellWorkerAsync"/>, to the current worker.</summary>
    public async Task<Result<Done>> TellAsync(string command, CancellationToken ct, string? payload = null)
    {
        var answer = await AskAsync(command, ct, payload);
        return answer.Then(text => Accept(text, []));
    }

    private static Result<Done> Accept(string answer, string[] accepted)
    {
        var refusal = answer
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(line => !accepted.Any(start => line.StartsWith(start, StringComparison.Ordinal)));
        return refusal is null
            ? new Done()
            : new Conflict("router.refused", $"The router refused a change: {Shown(refusal)}");
    }

    // A problem's message is one line of plain text without a percent sign.
    private static string Shown(string line) => new([.. line.Take(200).Where(c => c is >= ' ' and <= '~' and not '%')]);

    // SECURITY: S27; values reach this point through RouterGrammar, this is the second lock.
    private static string Checked(string command) =>
        command.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 || command.Contains(';', StringComparison.Ordinal)
            ? throw new ArgumentException("A router command holds a separator.", nameof(command))
            : command;

    private static string Payload(string? payload) =>
        payload is null ? ""
        : payload.Contains("\n\n", StringComparison.Ordinal) || payload.StartsWith('\n')
            ? throw new ArgumentException("A payload holds an empty line.", nameof(payload))
        : $" <<\n{payload.TrimEnd('\n')}\n";

    private async Task<Result<string>> SendAsync(string socketName, string text, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(folder.Socket(socketName), both.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), both.Token);
            using var answer = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, both.Token)) > 0; )
            {
                answer.Write(buffer, 0, read);
                if (answer.Length > AnswerLimit)
                {
                    return new Unavailable("router.unreachable", "The router's answer was too long");
                }
            }

            return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
        }
        catch (Exception e)
            when (e is SocketException or IOException
                || (e is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            return new Unavailable("router.unreachable", "The router does not answer on its socket");
        }
    }
}
