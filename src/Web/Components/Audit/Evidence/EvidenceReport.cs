using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>A report that auditors ask for: a page to be printed, made of the log's records.</summary>
/// <param name="Id">In its address.</param>
/// <param name="Answers">The question, in a sentence.</param>
/// <param name="Controls">What it is evidence of.</param>
/// <param name="Records">Those it is made of, in the grammar of searches.</param>
/// <param name="Needs">What its reader must be allowed to do.</param>
public sealed record EvidenceReport(
    string Id,
    string Title,
    string Answers,
    string Controls,
    string Records,
    ImmutableArray<Operation> Needs
)
{
    public static EvidenceReport AccessReview { get; } =
        new(
            "access",
            "Access review",
            "Who has which role on which racks, who of them signs in, and who changed that.",
            "SOC 2 CC6.2, CC6.3 · HIPAA 164.308(a)(3)(ii)(C), 164.308(a)(4)(ii)(C)",
            "op:member.add op:member.remove op:member.erase op:member.reset op:member.roles.* op:invite.* op:role.* op:group.* op:access.apply result:ok",
            [Operations.AuditRead, Operations.MemberList, Operations.RoleList]
        );

    public static EvidenceReport ChangeLog { get; } =
        new(
            "changes",
            "Change log",
            "What was built, deployed, configured, scaled and run, by whom, and what was refused.",
            "SOC 2 CC8.1 · HIPAA 164.312(b)",
            "op:app.create op:app.update op:app.delete op:app.cancel op:app.env.set op:app.exec op:app.files.put op:app.proxy op:build.create "
                + "op:build.import op:release.create op:release.promote op:release.rollback op:service.scale op:service.restart op:process.run "
                + "op:process.run.exec op:process.run.privileged op:process.stop op:rack.create op:rack.update op:rack.delete op:rack.params.set "
                + "op:rack.environment.set op:rack.runtime.set op:rack.resource.update op:resource.import op:resource.console op:registry.* "
                + "op:cert.* op:instance.* op:workflow.*",
            [Operations.AuditRead]
        );

    public static EvidenceReport KeyInventory { get; } =
        new(
            "keys",
            "Key inventory",
            "Which deploy keys there are, what each may do and until when, who made it and when it was last used.",
            "SOC 2 CC6.1, CC6.3 · HIPAA 164.312(d)",
            "op:key.create op:key.update op:key.roll op:key.report op:key.delete result:ok",
            [Operations.AuditRead, Operations.KeyList]
        );

    public static EvidenceReport SignIns { get; } =
        new(
            "sign-ins",
            "Sign-in report",
            "Who signed in, how often and from where, and which attempts failed.",
            "SOC 2 CC6.1, CC7.2 · HIPAA 164.308(a)(5)(ii)(C)",
            "op:member.signin",
            [Operations.AuditRead]
        );

    public static ImmutableArray<EvidenceReport> All { get; } = [AccessReview, ChangeLog, KeyInventory, SignIns];

    public static EvidenceReport? Find(string id) => All.FirstOrDefault(report => report.Id == id);

    public static string ListPathOf(string org) => $"/o/{org}/audit/evidence";

    public string PathOf(string org) => $"{ListPathOf(org)}/{Id}";
}
