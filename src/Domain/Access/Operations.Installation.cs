using Palisade.Domain.Audit;

namespace Palisade.Domain.Access;

public static partial class Operations
{
    // The installation: only the operator (S04)
    public static readonly Operation OrgCreate = Dangerous(
        "org.create",
        "Create an organization with its first Administrator (operator, first run)"
    );
    public static readonly Operation OrgList = Installation(
        AccessLevel.Read,
        "org.list",
        "List organizations (operator)"
    );
    public static readonly Operation OrgQuotasSet = Dangerous(
        "org.quotas.set",
        "Set what an organization may take: apps, builds, uploads, requests, members, keys (operator)"
    );
    public static readonly Operation OrgSuspend = Dangerous(
        "org.suspend",
        "Suspend an organization, whose people and keys can then do nothing, or resume it (operator)"
    );
    public static readonly Operation UserRegister = Dangerous(
        "user.register",
        "Create a user's account (operator, first run)"
    );
    public static readonly Operation UserList = Installation(AccessLevel.Read, "user.list", "List users (operator)");
    public static readonly Operation UserDisable = Dangerous(
        "user.disable",
        "Disable a user, which ends all their sessions and tokens, or enable one (operator)"
    );
    public static readonly Operation UserErase = Dangerous(
        "user.erase",
        "Erase for good what is personal of somebody who left: account, and name, addresses and clients in every log (operator)"
    );
    public static readonly Operation OperatorAdd = Dangerous(
        "operator.add",
        "Make a user an operator (operator, first run)"
    );
    public static readonly Operation OperatorRemove = Dangerous(
        "operator.remove",
        "Make an operator an ordinary user again (operator)"
    );
    public static readonly Operation BackupCreate = Dangerous("backup.create", "Write a backup (operator)");
    public static readonly Operation BackupDelete = Dangerous("backup.delete", "Delete a backup (operator)");
    public static readonly Operation InstallationRestore = Installation(
        AccessLevel.Write,
        "installation.restore",
        "Restore a backup: palisade admin restore, by who has the stopped server's folder"
    );
    public static readonly Operation InstallationMove = Installation(
        AccessLevel.Write,
        "installation.move",
        "Move all data to PostgreSQL: palisade admin move, by who has the stopped server's folder"
    );
    public static readonly Operation MasterKeyExport = Installation(
        AccessLevel.Write,
        "masterkey.export",
        "Write a copy of the master key, sealed by a passphrase: palisade admin key export"
    );
    public static readonly Operation MasterKeyRotate = Installation(
        AccessLevel.Write,
        "masterkey.rotate",
        "Wrap all data keys by a new master key: palisade admin key rotate, while no server runs"
    );
    public static readonly Operation InstallationRead = Installation(
        AccessLevel.Read,
        "installation.read",
        "See operators, nodes, storage, limits, backups and the installation's log (operator)"
    );
    public static readonly Operation InstallationUpdate = Dangerous(
        "installation.update",
        "Change quotas, allowed networks, engines, sinks and keys (operator)"
    );

    // What the process does between decisions, recorded with the job's cause
    public static readonly Operation ReleaseConverge = OfSystem(
        "release.converge",
        "Bring an app to its desired release and tell how it ended"
    );
    public static readonly Operation BuildRun = OfSystem("build.run", "Run a build and tell how it ended");
    public static readonly Operation AppConverge = OfSystem(
        "app.converge",
        "Create or remove what an app has on its rack"
    );
    public static readonly Operation AppPrune = OfSystem(
        "app.prune",
        "Let go of releases and builds past their bound, with their images and logs"
    );
    public static readonly Operation RackPrune = OfSystem(
        "rack.prune",
        "Let go of pulled images and of layers of builds that nothing on a rack needs any more"
    );
    public static readonly Operation RackConverge = OfSystem("rack.converge", "Bring a rack to its desired state");
    public static readonly Operation RackObserve = OfSystem(
        "rack.observe",
        "Adopt what runs, and notice what changed by itself"
    );
    public static readonly Operation JobRun = OfSystem("job.run", "Start, give up on or end any other job");
    public static readonly Operation MemberSignIn = OfSystem(
        "member.signin",
        "Copy a person's sign-in, good or bad, to the log of each organization of theirs (S04)"
    );
    public static readonly Operation KeyUse = OfSystem(
        "key.use",
        "Count a change that a deploy key makes against its use limit"
    );
    public static readonly Operation KeyIndex = OfSystem(
        "key.index",
        "Keep the list of an organization's deploy keys, beside each change of one"
    );
    public static readonly Operation StreamClose = OfSystem(
        "stream.close",
        "End an open stream: the client left, or its rights did"
    );
    public static readonly Operation AuditErase = OfSystem(
        RetentionNotice.Operation,
        "Say which bodies of records retention erases next, and erase them"
    );
    public static readonly Operation AuditForget = OfSystem(
        "audit.forget",
        "Destroy the keys of days over which retention's period is over, with the addresses of who was nobody's account"
    );
    public static readonly Operation SystemStart = OfSystem("system.start", "Start of a node");
    public static readonly Operation SystemMaintain = OfSystem(
        "system.maintain",
        "Sealing, checkpoints, retention, log rotation"
    );

    private static Operation Account(AccessLevel level, string name, string description) =>
        new()
        {
            Name = name,
            Type = ResourceType.None,
            Scope = OperationScope.Account,
            Level = level,
            Description = description,
        };

    private static Operation Installation(AccessLevel level, string name, string description) =>
        new()
        {
            Name = name,
            Type = ResourceType.None,
            Scope = OperationScope.Installation,
            Level = level,
            Description = description,
        };

    private static Operation Dangerous(string name, string description) =>
        Installation(AccessLevel.Write, name, description) with
        {
            StepUp = true,
        };

    private static Operation OfSystem(string name, string description) =>
        new()
        {
            Name = name,
            Type = ResourceType.None,
            Scope = OperationScope.System,
            Level = AccessLevel.Write,
            Description = description,
        };
}
