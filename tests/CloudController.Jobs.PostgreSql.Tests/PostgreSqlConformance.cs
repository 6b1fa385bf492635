using CloudController.Jobs.StoreConformance;

namespace CloudController.Jobs.PostgreSql.Tests;

public sealed class PostgreSqlActivity(PostgreSqlFixture fixture) : ActivityConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlAdministration(PostgreSqlFixture fixture) : AdministrationConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlCallback(PostgreSqlFixture fixture) : CallbackConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlClaiming(PostgreSqlFixture fixture) : ClaimingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlConcurrencyLimit(PostgreSqlFixture fixture) : ConcurrencyLimitConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlDue(PostgreSqlFixture fixture) : DueConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlDurability(PostgreSqlFixture fixture) : DurabilityConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlDurationListing(PostgreSqlFixture fixture) : DurationListingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlFailureSummary(PostgreSqlFixture fixture) : FailureSummaryConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlFence(PostgreSqlFixture fixture) : FenceConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlFinding(PostgreSqlFixture fixture) : FindingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlHeartbeat(PostgreSqlFixture fixture) : HeartbeatConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlHeldLease(PostgreSqlFixture fixture) : HeldLeaseConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlIdempotency(PostgreSqlFixture fixture) : IdempotencyConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlLabelSelector(PostgreSqlFixture fixture) : LabelSelectorConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlLimit(PostgreSqlFixture fixture) : LimitConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlListing(PostgreSqlFixture fixture) : ListingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlModel(PostgreSqlFixture fixture) : ModelConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlOpenLimit(PostgreSqlFixture fixture) : OpenLimitConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlOperation(PostgreSqlFixture fixture) : OperationConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlOverdue(PostgreSqlFixture fixture) : OverdueConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlPruning(PostgreSqlFixture fixture) : PruningConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlQueue(PostgreSqlFixture fixture) : QueueConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlRateLimit(PostgreSqlFixture fixture) : RateLimitConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlRunListing(PostgreSqlFixture fixture) : RunListingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlSettling(PostgreSqlFixture fixture) : SettlingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlSignal(PostgreSqlFixture fixture) : SignalConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlSituation(PostgreSqlFixture fixture) : SituationConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlSubmitting(PostgreSqlFixture fixture) : SubmittingConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlTimeFilter(PostgreSqlFixture fixture) : TimeFilterConformance(fixture), IClassFixture<PostgreSqlFixture>;

public sealed class PostgreSqlWorker(PostgreSqlFixture fixture) : WorkerConformance(fixture), IClassFixture<PostgreSqlFixture>;
