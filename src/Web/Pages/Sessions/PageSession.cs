using System.Collections.Immutable;
using System.Net;
using System.Security.Claims;
using Palisade.Domain.Kernel;
using Palisade.Web.Api.Parsing;

namespace Palisade.Web.Pages.Sessions;

/// <summary>A proven session of a person.</summary>
/// <param name="Hash">Key of its ticket. Not a secret, not shown either.</param>
/// <param name="TicketId">Public id, for records and for revoking it.</param>
/// <param name="Organizations">Names of those that the person belongs to; others must look absent.</param>
/// <param name="MustChangePassword">Nothing but changing the password is possible until it is changed (S02).</param>
public sealed record PageSession(
    string Hash,
    string TicketId,
    Principal Principal,
    ImmutableSortedSet<string> Organizations,
    bool MustChangePassword
)
{
    /// <summary>The person has a second factor.</summary>
    public bool HasSecondFactor { get; init; }

    /// <summary>When it was last proven in this session.</summary>
    public DateTimeOffset? SecondFactorAt { get; init; }

    private const string HashClaim = "session";
    private const string IpClaim = "ip";
    private const string ClientClaim = "client";
    private const int MaxClient = 200;

    /// <summary>Identity for the pages of one request or circuit. It stays in this process.</summary>
    public ClaimsPrincipal ToClaims(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ClaimsPrincipal(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, Principal.Id),
                    new Claim(ClaimTypes.Name, Principal.Name),
                    new Claim(HashClaim, Hash),
                    new Claim(IpClaim, IpOf(context)),
                    new Claim(ClientClaim, ClientOf(context)),
                ],
                "session"
            )
        );
    }

    /// <summary>The session of a request that passed <see cref="PageGate"/> and is not anonymous.</summary>
    public static PageSession Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<PageSession>()
            ?? throw new InvalidOperationException("The request has no session.");
    }

    /// <summary>Hash of the session that the claims came from, or null.</summary>
    public static string? HashOf(ClaimsPrincipal? claims) => claims?.FindFirst(HashClaim)?.Value;

    /// <summary>Where the request or circuit that the claims were made for came from, or null.</summary>
    public static IPAddress? AddressOf(ClaimsPrincipal claims) =>
        IPAddress.TryParse(claims.FindFirst(IpClaim)?.Value, out var address) ? address : null;

    public Caller CallerOf(ClaimsPrincipal claims, string requestId, string? org) =>
        new()
        {
            Principal = Principal,
            SignIn = "session",
            CredentialId = TicketId,
            MustChangePassword = MustChangePassword,
            HasSecondFactor = HasSecondFactor,
            SecondFactorAt = SecondFactorAt,
            Ip = claims.FindFirst(IpClaim)?.Value ?? "",
            Client = claims.FindFirst(ClientClaim)?.Value ?? "",
            RequestId = requestId,
            Org = org,
        };

    /// <summary>Nobody yet: for the sign-in itself.</summary>
    public static Caller Unproven(HttpContext context, string requestId) =>
        new()
        {
            Principal = new Principal(PrincipalKind.None, "", ""),
            SignIn = "password",
            Ip = IpOf(context),
            Client = ClientOf(context),
            RequestId = requestId,
        };

    private static string IpOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } ip ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString() : "";

    private static string ClientOf(HttpContext context) =>
        Clean.Line(context.Request.Headers.UserAgent.ToString(), MaxClient - 1);
}
