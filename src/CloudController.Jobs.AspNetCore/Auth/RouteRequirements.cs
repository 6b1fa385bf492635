using Microsoft.AspNetCore.Builder;

namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>What routes ask of their caller. A route without a requirement is open.</summary>
internal static class RouteRequirements
{
    /// <summary>Lets only tokens through that have the scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, Scope scope)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new ScopeRequirement(scope)));
        return builder;
    }
}

/// <summary>Metadata of a route that needs a token.</summary>
internal sealed record ScopeRequirement(Scope Scope);
