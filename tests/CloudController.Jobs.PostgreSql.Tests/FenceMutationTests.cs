using Xunit.Sdk;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>The conformance suite notices a fence with a hole: each condition of each fenced statement is taken out in turn, and facts must
/// fail.</summary>
public sealed class FenceMutationTests(TestServer shared)
{
    private const string Run = ".run = ";
    private const string Nonce = ".nonce = ";

    /// <summary>What is taken out of a fence, and a way in which a lease is stale that only this condition stops. What does not run has no nonce, so
    /// that no statement asks for the phase.</summary>
    public static TheoryData<string[], string> Holes { get; } = new()
    {
        { [Run], "earlier run" },
        { [Run], "later run" },
        { [Nonce], "wrong nonce" },
        { [Nonce], "finished" },
        { [Nonce], "rescued" },
        { [Nonce], "polling" },
        { [Run, Nonce], "rescued and claimed again" },
        { [Run, Nonce], "cancelled and retried" },
    };

    /// <summary>A rescue asks for the lease's time, too, and what does not run has none: only what runs again can be rescued by a stale lease.</summary>
    public static TheoryData<string[], string> RescueHoles { get; } = new()
    {
        { [Run], "earlier run" },
        { [Run], "later run" },
        { [Nonce], "wrong nonce" },
        { [Run, Nonce], "rescued and claimed again" },
        { [Run, Nonce], "cancelled and retried" },
    };

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_is_noticed_where_a_run_that_leaves_nothing_is_finished(string[] conditions, string stale) =>
        await AssertNoticedAsync(
            schema => new PostgreSqlQueries(schema) { Finish = Without(new PostgreSqlQueries(schema).Finish, conditions) },
            fence => fence.A_stale_lease_finishes_nothing(stale));

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_is_noticed_where_a_run_is_settled(string[] conditions, string stale) =>
        await AssertNoticedAsync(
            schema => new PostgreSqlQueries(schema) { Settle = Without(new PostgreSqlQueries(schema).Settle, conditions) },
            fence => fence.A_stale_lease_settles_nothing(stale));

    [Theory]
    [MemberData(nameof(RescueHoles))]
    public async Task A_hole_is_noticed_where_a_run_is_rescued(string[] conditions, string stale) =>
        await AssertNoticedAsync(
            schema => new PostgreSqlQueries(schema) { Settle = Without(new PostgreSqlQueries(schema).Settle, conditions) },
            fence => fence.A_stale_lease_rescues_nothing(stale));

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_is_noticed_where_a_lease_is_extended(string[] conditions, string stale) =>
        await AssertNoticedAsync(
            schema => new PostgreSqlQueries(schema) { Beat = Without(new PostgreSqlQueries(schema).Beat, conditions) },
            fence => fence.A_stale_lease_cannot_be_extended_and_reports_nothing(stale));

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_is_noticed_where_warnings_are_added(string[] conditions, string stale) =>
        await AssertNoticedAsync(
            schema => new PostgreSqlQueries(schema) { AddWarnings = Without(new PostgreSqlQueries(schema).AddWarnings, conditions) },
            fence => fence.A_stale_lease_cannot_be_extended_and_reports_nothing(stale));

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_is_noticed_where_a_log_is_appended_to(string[] conditions, string stale) =>
        await AssertNoticedAsync(
            schema => new PostgreSqlQueries(schema) { AppendLogs = Without(new PostgreSqlQueries(schema).AppendLogs, conditions) },
            fence => fence.A_stale_lease_cannot_be_extended_and_reports_nothing(stale));

    [Fact]
    public async Task A_rescue_that_does_not_look_at_the_lease_s_time_is_noticed()
    {
        const string Condition = "NOT given.only_if_expired";
        static PostgreSqlQueries Blind(string schema) => new(schema) { Settle = Replaced(new PostgreSqlQueries(schema).Settle, Condition, "TRUE") };

        await AssertNoticedAsync(Blind, fence => fence.A_heartbeat_that_came_first_stops_a_rescue());
        await AssertNoticedAsync(Blind, fence => fence.A_rescue_comes_at_the_earliest_when_the_lease_expires());
    }

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_whole_fence_stops_the_same(string[] conditions, string stale)
    {
        Assert.NotEmpty(conditions);
        var whole = new PostgreSqlFixture(shared);
        Assert.Null(await TryAsync(whole, fence => fence.A_stale_lease_finishes_nothing(stale)));
        Assert.Null(await TryAsync(whole, fence => fence.A_stale_lease_settles_nothing(stale)));
    }

    private async Task AssertNoticedAsync(Func<string, PostgreSqlQueries> queries, Func<PostgreSqlFence, Task> fact) =>
        Assert.IsAssignableFrom<XunitException>(await TryAsync(new PostgreSqlFixture(shared) { Queries = queries }, fact));

    private static async Task<Exception?> TryAsync(PostgreSqlFixture fixture, Func<PostgreSqlFence, Task> fact)
    {
        await using var fence = new PostgreSqlFence(fixture);
        await fence.InitializeAsync();
        return await Record.ExceptionAsync(() => fact(fence));
    }

    // A condition becomes one that always holds, wherever the statement asks for it: jobs.run = given.run, jobs.nonce = added.nonce.
    private static string Without(string sql, string[] conditions)
    {
        string[] others = ["given", "added", "ending"];
        foreach (var condition in conditions)
        {
            var before = sql;
            foreach (var other in others)
            {
                var whole = $"jobs{condition}{other}{condition[..condition.IndexOf(' ', StringComparison.Ordinal)]}";
                sql = sql.Replace(whole, $"({whole} OR TRUE)", StringComparison.Ordinal);
            }

            Assert.NotEqual(before, sql);
        }

        return sql;
    }

    private static string Replaced(string sql, string text, string by)
    {
        Assert.Contains(text, sql, StringComparison.Ordinal);
        return sql.Replace(text, by, StringComparison.Ordinal);
    }
}
