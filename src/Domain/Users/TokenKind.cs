namespace Palisade.Domain.Users;

/// <summary>What a token is for; its prefix says so (security.md S10).</summary>
[GenerateSerializer, Alias("palisade.user.token-kind")]
public enum TokenKind
{
    /// <summary><c>plt_</c>: a person's CLI.</summary>
    Cli,

    /// <summary><c>plk_</c>: a deploy key.</summary>
    DeployKey,

    /// <summary><c>plr_</c>: a rack's API.</summary>
    Rack,

    /// <summary><c>pls_</c>: a session of the console.</summary>
    Session,

    /// <summary><c>pli_</c>: an invite.</summary>
    Invite,

    /// <summary><c>plo_</c>: an operator of the installation, and nobody in any organization (S04).</summary>
    Operator,
}
