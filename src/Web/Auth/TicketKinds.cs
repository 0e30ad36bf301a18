using Palisade.Grains.Keys;

namespace Palisade.Web.Auth;

/// <summary>Kinds of tickets that the API takes. Sessions belong to pages and are refused here (S07).</summary>
internal static class TicketKinds
{
    public const string CliToken = "cli";
    public const string DeployKey = DeployKeyGrain.TicketKind;
}
