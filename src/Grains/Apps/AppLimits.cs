using Microsoft.Extensions.Options;
using Palisade.Domain.Apps;
using Palisade.Domain.Orgs;

namespace Palisade.Grains.Apps;

/// <summary>Bounds of apps and of what is kept of them (S08).</summary>
public sealed class AppLimits
{
    public const string SectionName = "Apps";

    /// <summary>Apps of one organization, 1 to 1,000,000. Default 20,000.</summary>
    public int MaxPerOrganization { get; set; } = 20_000;

    /// <summary>
    /// Newest releases of one app that are kept, 1 to 800; up to a tenth more until they go. Default 100. Older ones go
    /// with their builds' images and logs, except those that <see cref="KeepProven"/> names, what runs, and what a
    /// promote is bringing.
    /// </summary>
    public int KeepReleases { get; set; } = 100;

    /// <summary>Newest releases of one app that ran and are kept at any age, 1 to 100. Default 10.</summary>
    public int KeepProven { get; set; } = 10;

    /// <summary>Newest failed builds of one app that are kept with their logs, 1 to 1,000. Default 50.</summary>
    public int KeepFailedBuilds { get; set; } = 50;

    /// <summary>
    /// Bytes of log lines of one app that are kept per second, 64 KiB to 1 GiB; what is over is dropped, and a line
    /// says how many lines that were. Default 4 MiB.
    /// </summary>
    public int LogBytesPerSecond { get; set; } = 4 << 20;

    /// <summary>Which releases an organization with these quotas keeps.</summary>
    public KeptReleases Keep(OrgQuotas quotas)
    {
        ArgumentNullException.ThrowIfNull(quotas);
        return new(quotas.KeptReleases ?? KeepReleases, KeepProven);
    }
}

/// <summary>Refuses bounds that would keep nothing, or more than state may hold.</summary>
public sealed class AppLimitsValidation : IValidateOptions<AppLimits>
{
    public ValidateOptionsResult Validate(string? name, AppLimits options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options switch
        {
            { MaxPerOrganization: < 1 or > 1_000_000 } => Fail("MaxPerOrganization is 1 to 1000000"),
            { KeepReleases: < 1 or > KeptReleases.MaxNewest } => Fail($"KeepReleases is 1 to {KeptReleases.MaxNewest}"),
            { KeepProven: < 1 or > 100 } => Fail("KeepProven is 1 to 100"),
            { KeepFailedBuilds: < 1 or > 1_000 } => Fail("KeepFailedBuilds is 1 to 1000"),
            { LogBytesPerSecond: < 64 << 10 or > 1 << 30 } => Fail("LogBytesPerSecond is 65536 to 1073741824"),
            _ => ValidateOptionsResult.Success,
        };

        static ValidateOptionsResult Fail(string fault) =>
            ValidateOptionsResult.Fail($"{AppLimits.SectionName}:{fault}.");
    }
}
