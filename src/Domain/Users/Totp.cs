using OtpNet;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// Time-based one-time codes as every authenticator app makes them (RFC 6238: HMAC-SHA-1, 30 s, 6 digits).
/// </summary>
public static class Totp
{
    /// <summary>RFC 4226 section 4 asks for 160 bits.</summary>
    public const int SecretBytes = 20;

    public const int Digits = 6;

    /// <summary>Seconds of one step.</summary>
    public const int Period = 30;

    private const string Issuer = "Palisade";

    // RFC 6238 5.2: one step either way for clocks that differ and people who are slow.
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    /// <summary>
    /// The step that the code belongs to, when it is one of now and later than <paramref name="after"/>: a code that
    /// was used, or is older than one that was, is no good again (RFC 6238 5.2).
    /// </summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long after)
    {
        var plain = Plain(code);
        return
            plain.Length == Digits
            && plain.All(char.IsAsciiDigit)
            && new OtpNet.Totp(secret.ToArray(), Period, OtpHashMode.Sha1, Digits).VerifyTotp(
                now.UtcDateTime,
                plain,
                out var step,
                Window
            )
            && step > after
            ? step
            : null;
    }

    /// <summary>What people type into an app that can't read the picture.</summary>
    public static Sensitive<string> Text(ReadOnlySpan<byte> secret) =>
        new(Base32Encoding.ToString(secret.ToArray()).TrimEnd('='));

    /// <summary>What a QR code shows: Google's Key URI format, which every app reads.</summary>
    /// <param name="account">How the app tells several accounts apart: the address.</param>
    public static Sensitive<string> Uri(ReadOnlySpan<byte> secret, string account) =>
        new(new OtpUri(OtpType.Totp, secret.ToArray(), account, Issuer, OtpHashMode.Sha1, Digits, Period).ToString());

    /// <summary>As apps show it, in groups: spaces don't count.</summary>
    private static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal);
}
