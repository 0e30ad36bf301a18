using System.Text.Json;
using Palisade.Domain.Kernel;

namespace Palisade.Racks;

/// <summary>Ends the reading of an archive from inside a stream or a loop.</summary>
public sealed class RefusedArchiveException(Problem problem) : Exception(problem.Code)
{
    public Problem Problem { get; } = problem;
}

/// <summary>What is thrown while an archive is read that nobody vouches for.</summary>
public static class ArchiveFault
{
    /// <summary>What it says of the archive; null when it is about something else.</summary>
    /// <param name="thrown">By a reader of gzip, tar or JSON, or a bound.</param>
    /// <param name="damaged">The problem of an archive that can't be read.</param>
    public static Problem? Of(Exception thrown, Problem damaged) =>
        thrown switch
        {
            RefusedArchiveException refused => refused.Problem,
            InvalidDataException
            or EndOfStreamException
            or FormatException
            or JsonException
            or ArgumentException
            or InvalidOperationException
            or NotSupportedException
            or OverflowException => damaged,
            _ => null,
        };

    /// <summary>Throws the problem when the condition is met.</summary>
    public static void Refuse(bool condition, Problem problem)
    {
        if (condition)
        {
            throw new RefusedArchiveException(problem);
        }
    }
}
