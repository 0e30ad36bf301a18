namespace Palisade.Web.Streams;

/// <summary>What a stream is, for its limits and its end.</summary>
internal enum StreamKind
{
    /// <summary>Log lines, server to client.</summary>
    Log,

    /// <summary>A command: both ways, ends with an exit code.</summary>
    Command,

    /// <summary>Bytes both ways, without an exit code.</summary>
    Relay,

    /// <summary>Files of a process, on their way in or out: a request, and no socket.</summary>
    Files,

    /// <summary>A whole build with its images, on its way in or out: a request, and no socket.</summary>
    Archive,
}
