using System.Net;
using Microsoft.Extensions.Options;

namespace Palisade.Web.Hosting;

/// <summary>How the web front listens and what it admits.</summary>
public sealed class WebOptions
{
    public const string SectionName = "Web";

    /// <summary>
    /// Address to listen on. Default 127.0.0.1; anything else is the operator's explicit <c>--bind</c> (S01).
    /// </summary>
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>HTTPS port, 0 to 65,535; 0 takes a free one. Default 5443.</summary>
    public int HttpsPort { get; set; } = 5443;

    /// <summary>The data folder; the certificate is kept in its <c>tls</c>. Required.</summary>
    public string DataFolder { get; set; } = "";

    /// <summary>
    /// Host names served beside localhost, 127.0.0.1 and [::1] (S03): <c>console.example.com</c>, or
    /// <c>*.example.com</c> for every name below.
    /// </summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>
    /// Addresses of load balancers before this server, whose <c>X-Forwarded-For</c> says where a request comes from
    /// (S03). Of anybody else the header says nothing. Default none.
    /// </summary>
    public IList<string> Proxies { get; } = [];

    /// <summary>
    /// A PEM file with the certificate, its chain and its key, to serve in the place of the server's own. Read at the
    /// start. Default none.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>
    /// A public name is configured and served with a certificate that browsers trust: HSTS is sent (S03). Default
    /// false.
    /// </summary>
    public bool PublicName { get; set; }

    /// <summary>Bytes of one source archive: 1 GiB (S08).</summary>
    public long MaxSourceBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Bytes that the uploads of one organization take together: 20 GiB (S08). Sources that no build needs go after a
    /// day.
    /// </summary>
    public long MaxObjectBytes { get; set; } = 20L << 30;

    /// <summary>Bytes of any other body: 4 MiB.</summary>
    public long MaxBodyBytes { get; set; } = 4 << 20;

    /// <summary>Open websockets of one principal: 50 (S08).</summary>
    public int MaxSockets { get; set; } = 50;

    /// <summary>Of those, exec, run, shell and proxy sessions: 20 (S08).</summary>
    public int MaxExecs { get; set; } = 20;

    /// <summary>Open websockets of one organization: 500 (S08).</summary>
    public int MaxOrgSockets { get; set; } = 500;

    /// <summary>Of those, exec, run, shell and proxy sessions: 200 (S08).</summary>
    public int MaxOrgExecs { get; set; } = 200;

    /// <summary>Exports and imports of builds of one principal that are under way: 3 (S08).</summary>
    public int MaxArchives { get; set; } = 3;

    /// <summary>Exports and imports of builds of one organization that are under way: 6 (S08).</summary>
    public int MaxOrgArchives { get; set; } = 6;

    /// <summary>
    /// Requests of one principal per second, as refill of its bucket; a burst of twice as many is admitted. Default
    /// 2,000.
    /// </summary>
    public int RequestsPerSecond { get; set; } = 2_000;

    /// <summary>
    /// Releases that one app is given per minute by requests (each change of the environment is one); a burst of as
    /// many is admitted. Default 120 (S08).
    /// </summary>
    public int ReleasesPerMinute { get; set; } = 120;

    /// <summary>
    /// Refused sign-ins of one address per minute before it must wait; a burst of as many is admitted. Default 20.
    /// </summary>
    public int FailedSignInsPerMinute { get; set; } = 20;

    /// <summary>
    /// Requests that need no sign-in (an invite, a leaked key's report) of one address per minute; a burst of as many
    /// is admitted. Default 60.
    /// </summary>
    public int AnonymousPerMinute { get; set; } = 60;

    /// <summary>
    /// Time between looks at the rights of an open stream: 3 s, so that it has ended 5 s after they did (S29) with all
    /// that the look and the ending take.
    /// </summary>
    public TimeSpan RecheckStreams { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long one-off processes may live when they don't say: 24 h, also the most they may ask for.
    /// </summary>
    public TimeSpan MaxProcessLifetime { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>Refuses options that would make a server that can't be reached or that has no bounds.</summary>
public sealed class WebOptionsValidation : IValidateOptions<WebOptions>
{
    public ValidateOptionsResult Validate(string? name, WebOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [];
        Check(IPAddress.TryParse(options.Bind, out _), $"Bind must be an IP address, not '{options.Bind}'.");
        Check(options.HttpsPort is >= 0 and <= 65_535, $"HttpsPort must be 0 to 65535, not {options.HttpsPort}.");
        Check(Path.IsPathRooted(options.DataFolder), "DataFolder must be a full path.");
        Check(
            options.Hosts.All(h =>
                Uri.CheckHostName(h.StartsWith("*.", StringComparison.Ordinal) ? h[2..] : h) != UriHostNameType.Unknown
            ),
            "Hosts must be host names or *.name, without ports."
        );
        Check(
            options.Proxies.All(p => IPAddress.TryParse(p, out _)),
            "Proxies must be IP addresses of load balancers, without ports."
        );
        Check(
            options.CertificateFile is not { } file || File.Exists(file),
            $"CertificateFile names no file: '{options.CertificateFile}'."
        );
        Check(
            options is { MaxSourceBytes: > 0, MaxBodyBytes: >= 64 * 1024 },
            "MaxSourceBytes must be positive and MaxBodyBytes at least 65536."
        );
        Check(options.MaxObjectBytes >= options.MaxSourceBytes, "MaxObjectBytes must be at least MaxSourceBytes.");
        Check(
            options
                is {
                    MaxSockets: > 0,
                    MaxExecs: > 0,
                    MaxOrgSockets: > 0,
                    MaxOrgExecs: > 0,
                    MaxArchives: > 0,
                    MaxOrgArchives: > 0,
                    RequestsPerSecond: > 0,
                    ReleasesPerMinute: > 0,
                    FailedSignInsPerMinute: > 0,
                    AnonymousPerMinute: > 0
                },
            "Limits must be positive."
        );
        Check(
            options.RecheckStreams > TimeSpan.Zero && options.RecheckStreams <= TimeSpan.FromSeconds(5),
            "RecheckStreams must be at most 5 s (S29)."
        );
        Check(options.MaxProcessLifetime > TimeSpan.Zero, "MaxProcessLifetime must be positive.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }
}
