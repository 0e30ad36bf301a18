namespace Palisade.Racks.Local.Router;

/// <summary>How a private address treats what it carries.</summary>
public enum RouterMode
{
    /// <summary>Requests are balanced one by one.</summary>
    Http,

    /// <summary>Connections are balanced, bytes pass untouched.</summary>
    Tcp,
}
