using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.RateLimits;

/// <summary>How many requests this node takes: section <c>RateLimit</c>. Bursts of four seconds' worth pass.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Whether there is any limit; by default there is.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Requests a second of one client address to open routes, and with refused tokens: 1 to 1,000,000, by default 50.</summary>
    public int OpenPerSecond { get; set; } = 50;

    /// <summary>Requests a second of one user: 1 to 1,000,000, by default 500.</summary>
    public int UserPerSecond { get; set; } = 500;
}

internal sealed class RateLimitOptionsValidator : IValidateOptions<RateLimitOptions>
{
    private const int Highest = 1_000_000;

    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        if (options.OpenPerSecond is < 1 or > Highest)
            return ValidateOptionsResult.Fail($"RateLimit:OpenPerSecond is {options.OpenPerSecond}; it can be 1 to {Highest}.");

        return options.UserPerSecond is < 1 or > Highest
            ? ValidateOptionsResult.Fail($"RateLimit:UserPerSecond is {options.UserPerSecond}; it can be 1 to {Highest}.")
            : ValidateOptionsResult.Success;
    }
}
