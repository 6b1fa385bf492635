using CloudController.Jobs.StoreConformance;

namespace CloudController.Jobs.Sqlite.Tests;

public sealed class SqliteActivity(SqliteFixture fixture) : ActivityConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteAdministration(SqliteFixture fixture) : AdministrationConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteCallback(SqliteFixture fixture) : CallbackConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteClaiming(SqliteFixture fixture) : ClaimingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteConcurrencyLimit(SqliteFixture fixture) : ConcurrencyLimitConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteDue(SqliteFixture fixture) : DueConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteDurability(SqliteFixture fixture) : DurabilityConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteDurationListing(SqliteFixture fixture) : DurationListingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteFailureSummary(SqliteFixture fixture) : FailureSummaryConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteFence(SqliteFixture fixture) : FenceConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteFinding(SqliteFixture fixture) : FindingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteHeartbeat(SqliteFixture fixture) : HeartbeatConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteHeldLease(SqliteFixture fixture) : HeldLeaseConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteIdempotency(SqliteFixture fixture) : IdempotencyConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteLabelSelector(SqliteFixture fixture) : LabelSelectorConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteLimit(SqliteFixture fixture) : LimitConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteListing(SqliteFixture fixture) : ListingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteModel(SqliteFixture fixture) : ModelConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteOpenLimit(SqliteFixture fixture) : OpenLimitConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteOperation(SqliteFixture fixture) : OperationConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteOverdue(SqliteFixture fixture) : OverdueConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqlitePruning(SqliteFixture fixture) : PruningConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteQueue(SqliteFixture fixture) : QueueConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteRateLimit(SqliteFixture fixture) : RateLimitConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteRunListing(SqliteFixture fixture) : RunListingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteSettling(SqliteFixture fixture) : SettlingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteSignal(SqliteFixture fixture) : SignalConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteSituation(SqliteFixture fixture) : SituationConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteSubmitting(SqliteFixture fixture) : SubmittingConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteTimeFilter(SqliteFixture fixture) : TimeFilterConformance(fixture), IClassFixture<SqliteFixture>;

public sealed class SqliteWorker(SqliteFixture fixture) : WorkerConformance(fixture), IClassFixture<SqliteFixture>;
