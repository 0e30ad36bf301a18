namespace Palisade.Storage.Postgres;

/// <summary>
/// What the logins may do (S30). The app's inserts into the journal and the logs and never changes them; only
/// retention's deletes bodies.
/// </summary>
internal static class Rights
{
    private static readonly (string Rights, string Tables)[] App =
    [
        // With the sequences a node may write a backup.
        ("SELECT", "migration, erased_body, job_n_seq, unsealed_n_seq, search_log_n_seq"),
        (
            "SELECT, INSERT",
            "journal, journal_body, decision, leaf, leaf_node, checkpoint, erased_key, erased_scope, master_key"
        ),
        ("SELECT, INSERT, UPDATE", "stream, audit_log, search_log, search_record, search_facet, search_actor"),
        ("SELECT, INSERT, DELETE", "unsealed, data_key"),
        (
            "SELECT, INSERT, UPDATE, DELETE",
            "snapshot, view, job, node, ticket, idempotency, usage, attempt, delivery, object"
        ),
    ];

    private static readonly (string Rights, string Tables)[] Retention =
    [
        ("SELECT", "migration, stream, journal, leaf, checkpoint, job"),
        // To lock a row takes the right to change something of it.
        ("UPDATE (kind)", "stream"),
        ("SELECT, DELETE", "journal_body"),
        ("SELECT, INSERT", "erased_body, job"),
    ];

    /// <param name="app">None when it is the owner.</param>
    /// <param name="retention">None when it is the owner or the app.</param>
    public static IEnumerable<Statement> Of(string? app, string? retention) =>
        Of(app, App).Concat(Of(retention, Retention));

    private static IEnumerable<Statement> Of(string? login, (string Rights, string Tables)[] grants)
    {
        if (login is null)
        {
            yield break;
        }

        var name = $"\"{login.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        foreach (var (rights, tables) in grants)
        {
            yield return new($"GRANT {rights} ON {tables} TO {name}");
        }
    }
}
