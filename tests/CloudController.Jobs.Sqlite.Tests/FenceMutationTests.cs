using Xunit.Sdk;

namespace CloudController.Jobs.Sqlite.Tests;

/// <summary>The conformance suite notices a fence with a hole: each condition of it is taken out in turn, and facts must fail.</summary>
public sealed class FenceMutationTests
{
    /// <summary>What is taken out of the fence, and a way in which a lease is stale that only this condition stops. <c>phase = 7</c> alone stops nothing
    /// more, for what does not run has no nonce; it is taken out together with the nonce.</summary>
    public static TheoryData<string[], string> Holes { get; } = new()
    {
        { ["run = @run"], "earlier run" },
        { ["run = @run"], "later run" },
        { ["lease = @nonce"], "wrong nonce" },
        { ["lease = @nonce", "phase = 7"], "finished" },
        { ["lease = @nonce", "phase = 7"], "rescued" },
        { ["lease = @nonce", "phase = 7"], "polling" },
        { ["run = @run", "lease = @nonce"], "rescued and claimed again" },
        { ["run = @run", "lease = @nonce"], "cancelled and retried" },
    };

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_in_the_fence_is_noticed_when_a_run_is_settled(string[] conditions, string stale) =>
        Assert.IsAssignableFrom<XunitException>(
            await TryAsync(Without(conditions), fence => fence.A_stale_lease_settles_nothing(stale)));

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_in_the_fence_is_noticed_when_a_run_is_rescued(string[] conditions, string stale) =>
        Assert.IsAssignableFrom<XunitException>(
            await TryAsync(Without(conditions), fence => fence.A_stale_lease_rescues_nothing(stale)));

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_in_the_fence_is_noticed_when_a_run_gives_a_sign_of_life(string[] conditions, string stale) =>
        Assert.IsAssignableFrom<XunitException>(
            await TryAsync(Without(conditions), fence => fence.A_stale_lease_cannot_be_extended_and_reports_nothing(stale)));

    [Fact]
    public async Task A_rescue_that_does_not_look_at_the_lease_s_time_is_noticed()
    {
        var fixture = With(Replaced(SqliteQueries.FindLeased, "lease_expires_at", "0"));

        Assert.IsAssignableFrom<XunitException>(await TryAsync(fixture, fence => fence.A_heartbeat_that_came_first_stops_a_rescue()));
        Assert.IsAssignableFrom<XunitException>(await TryAsync(fixture, fence => fence.A_rescue_comes_at_the_earliest_when_the_lease_expires()));
    }

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_whole_fence_stops_the_same(string[] conditions, string stale)
    {
        Assert.NotEmpty(conditions);
        Assert.Null(await TryAsync(new SqliteFixture(), fence => fence.A_stale_lease_settles_nothing(stale)));
    }

    // A condition becomes one that always holds; its parameter stays, for parameters are bound in the order in which they are named.
    private static SqliteFixture Without(string[] conditions) =>
        With(conditions.Aggregate(SqliteQueries.FindLeased, (sql, condition) => Replaced(sql, condition, $"({condition} OR TRUE)")));

    private static SqliteFixture With(string fence) =>
        new() { Prepare = sql => sql == SqliteQueries.FindLeased ? fence : sql };

    private static string Replaced(string sql, string text, string by)
    {
        Assert.Contains(text, sql, StringComparison.Ordinal);
        return sql.Replace(text, by, StringComparison.Ordinal);
    }

    private static async Task<Exception?> TryAsync(SqliteFixture fixture, Func<SqliteFence, Task> fact)
    {
        await using var fence = new SqliteFence(fixture);
        await fence.InitializeAsync();
        return await Record.ExceptionAsync(() => fact(fence));
    }
}
