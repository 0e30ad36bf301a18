using Palisade.Storage.Tests.Audit;
using Palisade.Storage.Tests.Jobs;
using Palisade.Storage.Tests.Journal;
using Palisade.Storage.Tests.Keys;
using Palisade.Storage.Tests.Logs;
using Palisade.Storage.Tests.Objects;
using Palisade.Storage.Tests.Personal;
using Palisade.Storage.Tests.Tickets;
using Palisade.Storage.Tests.Usage;
using Palisade.Storage.Tests.Views;
using Xunit.Abstractions;

namespace Palisade.Storage.Tests.Sqlite;

public sealed class SqliteJournalTests(ITestOutputHelper output) : JournalConformance(new SqliteHarness(), output);

public sealed class SqliteAuditLogTests() : AuditLogConformance(new SqliteHarness());

public sealed class SqliteAuditSearchTests() : AuditSearchConformance(new SqliteHarness());

public sealed class SqliteDeliveriesTests() : DeliveriesConformance(new SqliteHarness());

public sealed class SqliteAccessHistoryTests() : AccessHistoryConformance(new SqliteHarness());

public sealed class SqlitePersonalDataTests() : PersonalDataConformance(new SqliteHarness());

public sealed class SqlitePersonalSearchTests() : PersonalSearchConformance(new SqliteHarness());

public sealed class SqliteRetentionTests() : RetentionConformance(new SqliteHarness());

public sealed class SqliteViewsTests() : ViewsConformance(new SqliteHarness());

public sealed class SqliteJobStoreTests() : JobStoreConformance(new SqliteHarness());

public sealed class SqliteAttemptsTests() : AttemptsConformance(new SqliteHarness());

public sealed class SqliteTicketsTests() : TicketsConformance(new SqliteHarness());

public sealed class SqliteSealerTests() : SealerConformance(new SqliteHarness());

public sealed class SqliteObjectStoreTests() : ObjectStoreConformance(new SqliteHarness());

public sealed class SqliteLogStoreTests() : LogStoreConformance(new SqliteHarness());
