using Palisade.Domain.Kernel;

namespace Palisade.Storage.Journal;

/// <summary>
/// Names a stream: <c>kind/…</c>. Ids derive from the request (URL and <c>Rack</c> header), so they are known before
/// any read.
/// </summary>
public readonly record struct StreamId(string Value)
{
    /// <summary>The part before the first slash: <c>org</c>, <c>rack</c>, <c>app</c>, <c>build</c>, <c>user</c>,
    /// <c>email</c>, <c>key</c>, <c>keys</c>, <c>installation</c>, <c>rec</c>, <c>install</c>.</summary>
    public string Kind => Value[..Value.IndexOf('/')];

    public static StreamId Org(string org) => new($"org/{org}");

    public static StreamId Rack(RackRef rack) => new($"rack/{rack}");

    public static StreamId App(AppRef app) => new($"app/{app}");

    public static StreamId Build(BuildRef build) => new($"build/{build}");

    /// <summary>
    /// Facts about one log: its keys and settings. Named by its organization, or <c>_installation</c>.
    /// </summary>
    public static StreamId Audit(string log) => new($"audit/{log}");

    public static StreamId User(string userId) => new($"user/{userId}");

    /// <summary>
    /// Claims an address: created at head 0 by whoever registers it first. The id is a keyed hash, never the address.
    /// </summary>
    public static StreamId Email(string hash) => new($"email/{hash}");

    /// <summary>The installation's own facts: its operators, settings and backups.</summary>
    public static StreamId InstallationFacts => new("installation/facts");

    public static StreamId DeployKey(string org, string id) => new($"key/{org}/{id}");

    /// <summary>Which deploy keys an organization has.</summary>
    public static StreamId DeployKeys(string org) => new($"keys/{org}");

    /// <summary>Its entries are records without events.</summary>
    public static bool IsRecordOnly(StreamId stream) => stream.Kind is "rec" or "install";

    /// <summary>
    /// Record-only entries of one org written by one node incarnation: one writer, no race, never replayed.
    /// </summary>
    public static StreamId Records(string org, string node) => new($"rec/{org}/{node}");

    /// <summary>The installation's own log (S04): what belongs to no organization.</summary>
    public static StreamId Installation(string node) => new($"install/{node}");

    public override string ToString() => Value;
}
