using System.Globalization;
using System.Threading.RateLimiting;
using CloudController.Jobs.AspNetCore.Errors;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.RateLimits;

/// <summary>One limit: a bucket of tokens per client, which holds four seconds' worth; a client's bucket goes once it is full and unused.</summary>
/// <param name="perSecond">Tokens that a bucket gets a second.</param>
/// <param name="exceeded">The catalogue's name of what is over it.</param>
/// <param name="clock">For the instant at which a bucket is full again.</param>
internal sealed class RateLimit<TClient>(int perSecond, string exceeded, TimeProvider clock) : IDisposable
    where TClient : notnull
{
    private const int BurstSeconds = 4;

    private readonly int burst = BurstSeconds * perSecond;
    private readonly string shownLimit = (BurstSeconds * perSecond).ToString(CultureInfo.InvariantCulture);
    private readonly PartitionedRateLimiter<TClient> buckets = CreateBuckets(perSecond);
    private ShownInstant shownReset = new(0, "0");

    /// <summary>Takes a token and says in the headers what is left.</summary>
    /// <returns><see langword="null"/> if there was one.</returns>
    public CloudControllerProblem? Take(TClient client, IHeaderDictionary headers)
    {
        using var lease = buckets.AttemptAcquire(client);
        var left = (int)(buckets.GetStatistics(client)?.CurrentAvailablePermits ?? 0);
        headers["X-RateLimit-Limit"] = shownLimit;
        headers["X-RateLimit-Remaining"] = left.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = ShowReset((burst - left + perSecond - 1) / perSecond);
        return lease.IsAcquired ? null : new CloudControllerProblem(exceeded) { RetryAfterSeconds = 1 };
    }

    public void Dispose() => buckets.Dispose();

    private static PartitionedRateLimiter<TClient> CreateBuckets(int perSecond)
    {
        // One timer refills all buckets, by the time that has passed.
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = BurstSeconds * perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
        };
        Func<TClient, RateLimiter> create = _ => new TokenBucketRateLimiter(options);
        return PartitionedRateLimiter.Create<TClient, TClient>(client => RateLimitPartition.Get(client, create));
    }

    // Most answers of one second show the same instant.
    private string ShowReset(int seconds)
    {
        var reset = clock.GetUtcNow().ToUnixTimeSeconds() + seconds;
        var shown = shownReset;
        if (shown.Second != reset)
            shownReset = shown = new(reset, reset.ToString(CultureInfo.InvariantCulture));

        return shown.Text;
    }

    private sealed record ShownInstant(long Second, string Text);
}
