using Microsoft.AspNetCore.Builder;

namespace CloudController.Jobs.AspNetCore.RateLimits;

/// <summary>Metadata of a route whose answers count against no limit; refused tokens still do.</summary>
internal sealed class NotRateLimited
{
    public static NotRateLimited Instance { get; } = new();
}

internal static class RateLimitConventions
{
    /// <summary>Takes routes out of the rate limits.</summary>
    public static TBuilder WithoutRateLimit<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(NotRateLimited.Instance));
        return builder;
    }
}
