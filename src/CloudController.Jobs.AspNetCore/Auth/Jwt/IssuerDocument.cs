using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CloudController.Jobs.AspNetCore.Auth.Jwt;

/// <summary>What <c>Auth:Authority</c> publishes of itself: its name, its keys, and where people sign in. Kept, and read again where it no longer fits.</summary>
internal sealed class IssuerDocument(IOptions<AuthOptions> options, ILogger<IssuerDocument> logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Where it is read; <see langword="null"/> without an authority.</summary>
    public ConfigurationManager<OpenIdConnectConfiguration>? Source { get; } =
        options.Value.Authority is { } authority ? Discover(authority.TrimEnd('/'), Longest * options.Value.Patience) : null;

    /// <summary>Reads it, unless it is known.</summary>
    /// <returns><see langword="null"/> if it can't be read now, or there is no authority.</returns>
    public async ValueTask<OpenIdConnectConfiguration?> FindAsync(CancellationToken cancellationToken)
    {
        if (Source is null)
            return null;

        try
        {
            return await Source.GetConfigurationAsync(cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            logger.IssuerOutOfReach(Source.MetadataAddress, exception);
            return null;
        }
    }

    private static ConfigurationManager<OpenIdConnectConfiguration> Discover(string issuer, TimeSpan longest) => new(
        issuer + "/.well-known/openid-configuration",
        new OpenIdConnectConfigurationRetriever(),
        new HttpDocumentRetriever(new HttpClient { Timeout = longest, MaxResponseContentBufferSize = 1024 * 1024 })
        {
            RequireHttps = issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase),
        })
    {
        RefreshInterval = TimeSpan.FromSeconds(30),
    };
}
