using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.AspNetCore.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudController.Jobs.AspNetCore.Auth.Jwt;

/// <summary>JWTs of <c>Auth:Authority</c>, or signed with the key in <c>Auth:SigningKeyFile</c>.</summary>
internal sealed class JwtTokens
{
    /// <summary>Header that names extensions which must be known to accept a token (RFC 7515, section 4.1.11); here none is.</summary>
    private const string MustBeKnown = "crit";

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly string[] PublicKeyAlgorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] SecretAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters? parameters;
    private readonly IssuerDocument issuer;
    private readonly TimeProvider clock;
    private readonly ILogger<JwtTokens> logger;

    public JwtTokens(IOptions<AuthOptions> options, IssuerDocument issuer, TimeProvider clock, ILogger<JwtTokens> logger)
    {
        (this.issuer, this.clock, this.logger) = (issuer, clock, logger);
        parameters = options.Value is { Authority: null, SigningKeyFile: null } ? null : ParametersFor(options.Value);
    }

    /// <summary>Checks a bearer token: signature, issuer, audience, lifetime.</summary>
    public async ValueTask<Authentication> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        if (parameters is null || !handler.CanReadToken(token))
            return Authentication.Refused(CloudControllerProblem.InvalidAuthToken);

        if (parameters.ConfigurationManager is not null && await issuer.FindAsync(cancellationToken) is null)
            return Authentication.Refused(new CloudControllerProblem("UaaUnavailable") { RetryAfterSeconds = 5 });

        return await FindValidAsync(token, parameters) is { } jwt
            ? Authentication.Of(new Caller(jwt.Issuer, jwt.Subject, ScopesOf(jwt)))
            : Authentication.Refused(CloudControllerProblem.InvalidAuthToken);
    }

    /// <summary>Whether an ID token is the issuer's answer to one sign-in of a client (OpenID Connect Core, section 3.1.3.7).</summary>
    public async Task<bool> IsIdTokenAsync(string token, string clientId, string nonce)
    {
        if (parameters is null || !handler.CanReadToken(token))
            return false;

        var ofClient = parameters.Clone();
        ofClient.ValidAudience = clientId;
        return await FindValidAsync(token, ofClient) is { } jwt
            && (!jwt.TryGetPayloadValue<string>("azp", out var party) || party == clientId)
            && jwt.TryGetPayloadValue<string>("nonce", out var given)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(nonce));
    }

    private TokenValidationParameters ParametersFor(AuthOptions options)
    {
        var key = options.SigningKeyFile is { } file ? SigningKey.Read(file) : null;
        var allowed = new TokenValidationParameters
        {
            ValidAudience = options.Audience,
            ValidAlgorithms = key is SymmetricSecurityKey ? SecretAlgorithms : PublicKeyAlgorithms,
            LifetimeValidator = IsAlive,
            IssuerSigningKey = key,
        };
        if (options.Authority?.TrimEnd('/') is not { } authority)
            allowed.ValidateIssuer = false;
        else if (key is not null)
            allowed.ValidIssuers = [authority, authority + "/", authority + "/oauth/token"];
        else
            allowed.ConfigurationManager = issuer.Source;

        return allowed;
    }

    private async Task<JsonWebToken?> FindValidAsync(string token, TokenValidationParameters allowed)
    {
        var result = await handler.ValidateTokenAsync(token, allowed);
        if (result is { IsValid: true, SecurityToken: JsonWebToken { Issuer.Length: > 0, Subject.Length: > 0 } jwt }
            && !jwt.TryGetHeaderValue<object>(MustBeKnown, out _))
        {
            return jwt;
        }

        logger.TokenRefused(result.Exception);
        return null;
    }

    // UAA writes an array, others one text with spaces, and some call it scp.
    private static IEnumerable<string> ScopesOf(JsonWebToken token) => token.Claims
        .Where(claim => claim.Type is "scope" or "scp")
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters used)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires > now - Skew && (notBefore is null || notBefore < now + Skew);
    }
}
