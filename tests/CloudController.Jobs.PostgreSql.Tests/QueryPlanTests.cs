using System.Text.RegularExpressions;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Each statement reads what it needs by the index that is there for it, however many jobs wait or have ended.</summary>
public sealed partial class QueryPlanTests(QueryPlanFixture plans) : IClassFixture<QueryPlanFixture>
{
    /// <summary>Statements that read what grows with the jobs, and by which indexes.</summary>
    public static TheoryData<string, string> Statements { get; } = new()
    {
        { nameof(PostgreSqlQueries.FindStatus), "jobs_guid" },
        { nameof(PostgreSqlQueries.Find), "jobs_guid" },
        { nameof(PostgreSqlQueries.FindMany), "jobs_guid" },
        { nameof(PostgreSqlQueries.FindRuns), "runs_pkey" },
        { nameof(PostgreSqlQueries.FindStates), "jobs_guid" },
        { nameof(PostgreSqlQueries.FindStops), "jobs_running from its end" },
        { nameof(PostgreSqlQueries.FindSituation), "jobs_claimable, jobs_guid, jobs_running" },
        { nameof(PostgreSqlQueries.ListDurations), "jobs_ended" },
        { nameof(PostgreSqlQueries.SummarizeFailures), "failures_ended from its end" },
        { nameof(PostgreSqlQueries.FindFailures), "runs_pkey" },
        { nameof(PostgreSqlQueries.ClaimCallbacks), "jobs_callback, jobs_guid" },
        { nameof(PostgreSqlQueries.RecordCallback), "jobs_guid" },
        { nameof(PostgreSqlQueries.FindToChange), "jobs_guid" },
        { nameof(PostgreSqlQueries.Cancel), "jobs_guid" },
        { nameof(PostgreSqlQueries.RequestCancel), "jobs_guid" },
        { nameof(PostgreSqlQueries.Retry), "jobs_guid" },
        { nameof(PostgreSqlQueries.Delete), "failures_pkey, idempotency_keys_pkey, jobs_guid, labels_pkey, owned_pkey, runs_pkey" },
        { nameof(PostgreSqlQueries.AddWarnings), "jobs_guid" },
        { nameof(PostgreSqlQueries.AppendLogs), "jobs_guid" },
        { nameof(PostgreSqlQueries.Finish), "jobs_guid" },
        { nameof(PostgreSqlQueries.Settle), "jobs_guid" },
        { nameof(PostgreSqlQueries.Claim), "jobs_claimable" },
        { nameof(PostgreSqlQueries.ClaimLane), "jobs_claimable" },
        { nameof(PostgreSqlQueries.LockLimited), "jobs_claimable, jobs_running" },
        { nameof(PostgreSqlQueries.ClaimLimited), "jobs_claimable, jobs_running" },
        { nameof(PostgreSqlQueries.FindLimits), "jobs_claimable" },
        { nameof(PostgreSqlQueries.RememberJobs), "runs_pkey" },
        { nameof(PostgreSqlQueries.FindEndedLeases), "runs_pkey" },
        { nameof(PostgreSqlQueries.Beat), "jobs_guid" },
        { nameof(PostgreSqlQueries.ListWorkers), "jobs_running from its end" },
        { nameof(PostgreSqlQueries.CountQueues), "jobs_claimable, jobs_ended, jobs_poll_due, jobs_running, jobs_waiting_in_lane" },
        { nameof(PostgreSqlQueries.OldestWaiting), "jobs_claimable" },
        { nameof(PostgreSqlQueries.CountOperations), "jobs_claimable, jobs_ended, jobs_poll_due, jobs_running, jobs_waiting_in_lane" },
        { nameof(PostgreSqlQueries.OldestOperationWaiting), "jobs_claimable" },
        { nameof(PostgreSqlQueries.SubmitChecked), "idempotency_keys_pkey, jobs_open, jobs_running from its end" },
        { nameof(PostgreSqlQueries.InsertLabels), "jobs_guid" },
        { nameof(PostgreSqlQueries.ExpireUnstarted), "jobs_expiring, jobs_guid" },
        { nameof(PostgreSqlQueries.PromoteDue), "jobs_guid, jobs_waiting" },
        { nameof(PostgreSqlQueries.NextDue), "jobs_expiring from its end, jobs_waiting from its end" },
        { nameof(PostgreSqlQueries.FindOverdue), "jobs_running from its end" },
        { nameof(PostgreSqlQueries.Prune), "failures_pkey, idempotency_keys_pkey, jobs_ended, jobs_guid, labels_pkey, owned_pkey, runs_pkey" },
    };

    /// <summary>Those of them that are prepared, where no pooler stands between.</summary>
    public static IEnumerable<ITheoryDataRow> Prepared { get; } = Statements.Where(row => ((string[])
    [
        nameof(PostgreSqlQueries.FindStatus), nameof(PostgreSqlQueries.Find), nameof(PostgreSqlQueries.FindRuns),
        nameof(PostgreSqlQueries.FindSituation), nameof(PostgreSqlQueries.ListDurations), nameof(PostgreSqlQueries.AddWarnings),
        nameof(PostgreSqlQueries.AppendLogs), nameof(PostgreSqlQueries.Finish), nameof(PostgreSqlQueries.Settle), nameof(PostgreSqlQueries.Claim),
        nameof(PostgreSqlQueries.ClaimLane), nameof(PostgreSqlQueries.LockLimited), nameof(PostgreSqlQueries.ClaimLimited),
        nameof(PostgreSqlQueries.FindLimits),
        nameof(PostgreSqlQueries.Beat), nameof(PostgreSqlQueries.SubmitChecked), nameof(PostgreSqlQueries.InsertLabels),
    ]).Contains(row.Data.Item1));

    private static readonly Dictionary<string, JobFilter> Filters = new()
    {
        ["all"] = JobFilter.None,
        ["owner"] = new() { Owner = new JobOwner("issuer", "owner-7") },
        ["owner and phase"] = new() { Owner = new JobOwner("issuer", "owner-7"), Phases = [JobPhase.Failed] },
        ["guids"] = new() { Guids = [JobGuid.New(DateTimeOffset.UnixEpoch), JobGuid.New(DateTimeOffset.UnixEpoch)] },
        ["running"] = new() { Phases = [JobPhase.Running] },
        ["resource"] = new() { ResourceGuids = ["resource-4"] },
        ["label"] = new() { Labels = [new LabelRequirement("app", LabelMatch.In, ["app-4"])] },
    };

    [Fact]
    public void Every_statement_that_reads_them_is_looked_at()
    {
        // Before anyone works there, a move reads all that it brought.
        string[] moving = [nameof(PostgreSqlQueries.IsOccupied), nameof(PostgreSqlQueries.CountMoved), nameof(PostgreSqlQueries.ContinuePlaces)];
        var queries = new PostgreSqlQueries("schema");
        var reading = typeof(PostgreSqlQueries).GetProperties()
            .Where(property => property.GetValue(queries) is string sql && Reading().IsMatch(sql))
            .Select(property => property.Name)
            .Except(moving);

        Assert.Equal(reading.Order(), Statements.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Planned_for_its_values_a_statement_reads_by_index(string name, string indexes) =>
        Assert.Equal(indexes, await plans.PlanAnewAsync(QueryValues.Bind(plans.Full, name)));

    [Theory]
    [MemberData(nameof(Prepared))]
    public async Task Planned_once_for_good_a_statement_reads_by_index(string name, string indexes) =>
        Assert.Equal(indexes, await plans.PlanOnceAsync(QueryValues.Bind(plans.Full, name)));

    [Theory]
    [MemberData(nameof(Prepared))]
    public async Task Planned_before_there_were_jobs_a_statement_reads_by_index(string name, string indexes) =>
        Assert.Equal(indexes, await plans.PlanOnceAsync(QueryValues.Bind(plans.Empty, name)));

    [Theory]
    [InlineData("all", "jobs_guid, jobs_guid from its end")]
    [InlineData("owner", "jobs_guid, owned_pkey")]
    [InlineData("owner and phase", "jobs_guid, owned_pkey")]
    [InlineData("guids", "jobs_guid")]
    [InlineData("running", "jobs_guid, jobs_running from its end")]
    [InlineData("resource", "jobs_resource")]
    [InlineData("label", "jobs_guid, labels_value")]
    public async Task A_page_is_read_by_index(string filter, string indexes)
    {
        foreach (var descending in (bool[])[false, true])
        {
            var page = new RoundTrip();
            Listing(filter).AddPage(page, new JobOrder(JobOrderBy.CreatedAt, descending), skip: 50, take: 50);
            Assert.Equal(indexes, await plans.PlanAnewAsync(page));
        }
    }

    [Theory]
    [InlineData("owner", "owned_pkey")]
    [InlineData("owner and phase", "jobs_guid, owned_pkey")]
    [InlineData("guids", "jobs_guid")]
    [InlineData("running", "jobs_running from its end")]
    [InlineData("resource", "jobs_resource")]
    [InlineData("label", "jobs_guid, labels_value")]
    public async Task What_a_filter_lets_through_is_counted_by_index(string filter, string indexes)
    {
        var count = new RoundTrip();
        Listing(filter).AddCount(count);
        Assert.Equal(indexes, await plans.PlanAnewAsync(count));
    }

    private PostgreSql.PostgreSqlListing Listing(string filter) => new(plans.Full, Filters[filter]);

    [GeneratedRegex("(FROM|JOIN|UPDATE|USING) \"schema\"\\.(jobs|owned|runs|failures|labels|idempotency_keys)\\b")]
    private static partial Regex Reading();
}
