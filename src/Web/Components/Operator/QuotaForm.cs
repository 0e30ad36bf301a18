using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Web.Components.Operator;

/// <summary>
/// An organization's quotas as a form writes them: empty is the same as for every organization. Pure.
/// </summary>
public sealed class QuotaForm
{
    private const long Mebibyte = 1 << 20;

    public string? Apps { get; set; }

    public string? BuildsAtOnce { get; set; }

    public string? ObjectMebibytes { get; set; }

    public string? RequestsPerSecond { get; set; }

    public string? Members { get; set; }

    public string? DeployKeys { get; set; }

    public string? ReleasesPerMinute { get; set; }

    public string? KeptReleases { get; set; }

    /// <summary>Fields in their order: name, label and value.</summary>
    public IEnumerable<(string Name, string Label, string? Value)> Fields =>
        [
            (nameof(Apps), "Apps", Apps),
            (nameof(BuildsAtOnce), "Builds at once, on one node", BuildsAtOnce),
            (nameof(ObjectMebibytes), "Uploads together, in MiB", ObjectMebibytes),
            (nameof(RequestsPerSecond), "Requests per second", RequestsPerSecond),
            (nameof(Members), "Members", Members),
            (nameof(DeployKeys), "Deploy keys", DeployKeys),
            (nameof(ReleasesPerMinute), "Releases of one app per minute", ReleasesPerMinute),
            (nameof(KeptReleases), "Newest releases of an app that are kept", KeptReleases),
        ];

    public static QuotaForm Of(OrgQuotas? quotas) =>
        new()
        {
            Apps = Text(quotas?.Apps),
            BuildsAtOnce = Text(quotas?.BuildsAtOnce),
            ObjectMebibytes = Text(quotas?.ObjectBytes / Mebibyte),
            RequestsPerSecond = Text(quotas?.RequestsPerSecond),
            Members = Text(quotas?.Members),
            DeployKeys = Text(quotas?.DeployKeys),
            ReleasesPerMinute = Text(quotas?.ReleasesPerMinute),
            KeptReleases = Text(quotas?.KeptReleases),
        };

    /// <summary>Problem: <c>org.quota_invalid</c>, of a field that holds no number.</summary>
    /// <param name="now">What is so, of which a field that was not touched changes nothing.</param>
    public Result<OrgQuotas> Read(OrgQuotas? now)
    {
        foreach (var (_, label, value) in Fields)
        {
            if (!string.IsNullOrWhiteSpace(value) && Number(value) is null)
            {
                return new Invalid("org.quota_invalid", $"{label}: {Printable.Of(value.Trim())} is not a number")
                {
                    Suggestion = "write digits only, or nothing",
                };
            }
        }

        return new OrgQuotas
        {
            Apps = Small(Apps),
            BuildsAtOnce = Small(BuildsAtOnce),
            // Others than whole MiB are shown as less.
            ObjectBytes =
                Number(ObjectMebibytes) is not { } mebibytes ? null
                : mebibytes == now?.ObjectBytes / Mebibyte ? now?.ObjectBytes
                : Math.Clamp(mebibytes, -1, OrgQuotas.MaxObjectBytes / Mebibyte + 1) * Mebibyte,
            RequestsPerSecond = Small(RequestsPerSecond),
            Members = Small(Members),
            DeployKeys = Small(DeployKeys),
            ReleasesPerMinute = Small(ReleasesPerMinute),
            KeptReleases = Small(KeptReleases),
        };
    }

    // What is beyond int is beyond every quota: the decision says what would be right.
    private static int? Small(string? text) =>
        Number(text) is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : null;

    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);
}
