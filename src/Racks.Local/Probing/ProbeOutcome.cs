namespace Palisade.Racks.Local.Probing;

/// <summary>Why a probe ended as it did.</summary>
public enum ProbeOutcome
{
    /// <summary>A status was read (healthy or not), or the TCP connection was accepted.</summary>
    Answered,
    Refused,
    Unreachable,
    TimedOut,

    /// <summary>Connected, and then closed or something that is not HTTP.</summary>
    NoAnswer,
}
