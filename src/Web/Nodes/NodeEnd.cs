using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Nodes;

/// <summary>
/// How a node's answer ended, told after its last byte: an answer without it was broken off, whatever came until then.
/// </summary>
/// <param name="ExitCode">Of a command.</param>
/// <param name="Kind">Of the problem.</param>
/// <param name="Code">Null when it ended well.</param>
internal sealed record NodeEnd(
    int? ExitCode = null,
    string? Kind = null,
    string? Code = null,
    string? Message = null,
    string? Suggestion = null
)
{
    /// <summary>The trailer of RFC 9110 section 6.5 that holds it.</summary>
    public const string Trailer = "palisade-end";

    public static NodeEnd Of(Problem problem) =>
        new(null, problem.GetType().Name, problem.Code, problem.Message, problem.Suggestion);

    /// <summary>Null when it ended well.</summary>
    public Problem? Problem =>
        Code is null
            ? null
            : Kind switch
            {
                nameof(Invalid) => new Invalid(Code, Message ?? "") { Suggestion = Suggestion },
                nameof(NotFound) => new NotFound(Code, Message ?? "") { Suggestion = Suggestion },
                nameof(Forbidden) => new Forbidden(Code, Message ?? "") { Suggestion = Suggestion },
                nameof(Unauthenticated) => new Unauthenticated(Code, Message ?? "") { Suggestion = Suggestion },
                nameof(Conflict) => new Conflict(Code, Message ?? "") { Suggestion = Suggestion },
                nameof(Exhausted) => new Exhausted(Code, Message ?? "") { Suggestion = Suggestion },
                _ => new Unavailable(Code, Message ?? "") { Suggestion = Suggestion },
            };

    // JSON as it is written here is ASCII, as fields must be.
    public string Write() => Encoding.ASCII.GetString(NodeJson.Write(this));

    public static NodeEnd Read(string text) => NodeJson.Read<NodeEnd>(Encoding.ASCII.GetBytes(text));
}
