using System.Collections.Frozen;
using System.Text;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Auth.Jwt;
using CloudController.Jobs.AspNetCore.Callbacks;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.Info;
using CloudController.Jobs.AspNetCore.Live;
using CloudController.Jobs.AspNetCore.OpenApi;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.AspNetCore.RequestIds;
using CloudController.Jobs.AspNetCore.V2;
using CloudController.Jobs.AspNetCore.V3;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CloudController.Jobs.AspNetCore;

/// <summary>Adds what the HTTP side needs.</summary>
public static class JobsHttpServiceCollectionExtensions
{
    private static readonly FrozenSet<string> TakenAsTheyCome = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        HeaderNames.Authorization,
        RequestId.Header,
        RequestId.OtherHeader,
        PreferredWait.Header,
        HeaderNames.IfNoneMatch,
        HeaderNames.ContentType,
        IdempotencyKeys.Header);

    /// <summary>Adds authentication, rate limits and what else <see cref="JobsEndpointRouteBuilderExtensions.MapCloudControllerJobs"/> needs besides
    /// the engine, and sends callbacks. Settings come from the configuration's root and its sections <c>Jobs</c>, <c>Auth</c>, <c>RateLimit</c>,
    /// <c>Callbacks</c> and <c>Http</c>.</summary>
    public static IServiceCollection AddCloudControllerJobsHttp(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddOptions<JobsHttpOptions>().BindConfiguration("").ValidateOnStart();
        services.AddOptions<V2Options>().BindConfiguration("Jobs").ValidateOnStart();
        services.AddOptions<AuthOptions>().BindConfiguration("Auth").ValidateOnStart();
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimit").ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobsHttpOptions>, JobsHttpOptionsValidator>();
        services.AddSingleton<IValidateOptions<V2Options>, V2OptionsValidator>();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();

        services.AddSingleton<RequestBorder>();
        services.AddSingleton<StaticTokens>();
        services.AddSingleton<IssuerDocument>();
        services.AddSingleton<JwtTokens>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<RateLimiting>();
        services.AddSingleton<RouteGuard>();
        services.AddSingleton<Links>();
        services.AddSingleton<HeldPlaces>();
        services.AddSingleton<JobNews>();
        services.AddSingleton<V2Timestamp>();
        services.AddSingleton<V2JobDocument>();
        services.AddSingleton<OpenJobs>();
        services.AddSingleton<V2JobRoute>();
        services.AddSingleton<LivePage>();
        services.AddSingleton<LivePageRoute>();
        services.AddV3();
        services.AddCallbacks();
        services.AddSingleton<OpenApiEndpoint>();
        services.AddSingleton<ServerInfo>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("ccjobs-store", tags: [StoreHealthCheck.Tag], timeout: StoreHealthCheck.Timeout);

        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = SelectEncoding;
        });
        return services;
    }

    // Broken credentials are ignored where none are needed, dirty request ids cleaned, bad keys refused by name: so none of these may be refused
    // for its bytes before.
    private static Encoding? SelectEncoding(string header) => TakenAsTheyCome.Contains(header) ? Encoding.Latin1 : null;
}
