using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Sqlite;
using Palisade.Storage.Tests.Keys;

namespace Palisade.Storage.Tests.Sqlite;

public sealed class SqliteMasterKeyTests : MasterKeyConformance
{
    private readonly SqliteHarness _harness;

    public SqliteMasterKeyTests()
        : this(new()) { }

    private SqliteMasterKeyTests(SqliteHarness harness)
        : base(harness) => _harness = harness;

    protected override string KeysFolder => Path.Combine(_harness.Options.DataDirectory, "keys");

    protected override Task<int> RotateAsync(Action<string> tell) =>
        SqliteKeyRotation.RunAsync(_harness.Options, "root", NullLoggerFactory.Instance, tell);
}
