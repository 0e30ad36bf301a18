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

namespace Palisade.Storage.Tests.Postgres;

public sealed class PostgresJournalTests(ITestOutputHelper output) : JournalConformance(new PostgresHarness(), output);

public sealed class PostgresAuditLogTests() : AuditLogConformance(new PostgresHarness());

public sealed class PostgresAuditSearchTests() : AuditSearchConformance(new PostgresHarness());

public sealed class PostgresPersonalSearchTests() : PersonalSearchConformance(new PostgresHarness());

public sealed class PostgresRetentionTests() : RetentionConformance(new PostgresHarness());

public sealed class PostgresViewsTests() : ViewsConformance(new PostgresHarness());

public sealed class PostgresJobStoreTests() : JobStoreConformance(new PostgresHarness());

public sealed class PostgresAttemptsTests() : AttemptsConformance(new PostgresHarness());

public sealed class PostgresTicketsTests() : TicketsConformance(new PostgresHarness());

public sealed class PostgresDeliveriesTests() : DeliveriesConformance(new PostgresHarness());

public sealed class PostgresAccessHistoryTests() : AccessHistoryConformance(new PostgresHarness());

public sealed class PostgresObjectStoreTests() : ObjectStoreConformance(new PostgresHarness());

public sealed class PostgresLogStoreTests() : LogStoreConformance(new PostgresHarness());

public sealed class PostgresPersonalDataTests() : PersonalDataConformance(new PostgresHarness());

public sealed class PostgresSealerTests() : SealerConformance(new PostgresHarness());
