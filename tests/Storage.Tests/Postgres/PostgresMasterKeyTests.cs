using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Storage.Postgres;
using Palisade.Storage.Tests.Keys;

namespace Palisade.Storage.Tests.Postgres;

public sealed class PostgresMasterKeyTests : MasterKeyConformance
{
    private readonly PostgresHarness _harness;

    public PostgresMasterKeyTests()
        : this(new()) { }

    private PostgresMasterKeyTests(PostgresHarness harness)
        : base(harness) => _harness = harness;

    protected override string KeysFolder => _harness.Options.KeysDirectory;

    protected override Task<int> RotateAsync(Action<string> tell) =>
        PostgresKeyRotation.RunAsync(_harness.Options, "root", NullLoggerFactory.Instance, tell);
}
