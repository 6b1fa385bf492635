using CloudController.Jobs.AspNetCore.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.RateLimits;

/// <summary>This node's limits: per client address for open routes and refused tokens, per user for the rest (contract §2).</summary>
internal sealed class RateLimiting(IOptions<RateLimitOptions> options, TimeProvider clock) : IDisposable
{
    // Without limits there are no buckets, which would be refilled all the time.
    private readonly RateLimit<ClientAddress>? addresses =
        options.Value.Enabled ? new(options.Value.OpenPerSecond, "IPBasedRateLimitExceeded", clock) : null;

    private readonly RateLimit<JobOwner>? users = options.Value.Enabled ? new(options.Value.UserPerSecond, "RateLimitExceeded", clock) : null;

    public bool IsEnabled => addresses is not null;

    /// <summary>Counts a request of an address; <see langword="null"/> if it may pass.</summary>
    public CloudControllerProblem? TakeForAddress(HttpContext context) =>
        addresses?.Take(ClientAddress.Of(context.Connection.RemoteIpAddress), context.Response.Headers);

    /// <summary>Counts a request of a user; <see langword="null"/> if it may pass.</summary>
    public CloudControllerProblem? TakeForUser(HttpContext context, JobOwner user) => users?.Take(user, context.Response.Headers);

    public void Dispose()
    {
        addresses?.Dispose();
        users?.Dispose();
    }
}
