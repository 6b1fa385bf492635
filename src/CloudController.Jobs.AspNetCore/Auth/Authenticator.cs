using CloudController.Jobs.AspNetCore.Auth.Jwt;
using CloudController.Jobs.AspNetCore.Errors;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>Reads <c>Authorization: bearer TOKEN</c>.</summary>
internal sealed class Authenticator(StaticTokens staticTokens, JwtTokens jwtTokens)
{
    private const string Scheme = "bearer";

    /// <summary>Finds out who calls.</summary>
    /// <returns>The caller; without a header that begins with <c>bearer</c>, in any letter case, not authenticated; else, an invalid token.</returns>
    public ValueTask<Authentication> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0 || header[0] is not { } credentials || !credentials.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new(Authentication.Refused(CloudControllerProblem.NotAuthenticated));

        if (header.Count > 1 || credentials.Length == Scheme.Length || credentials[Scheme.Length] != ' ')
            return new(Authentication.Refused(CloudControllerProblem.InvalidAuthToken));

        return AuthenticateAsync(credentials.AsSpan(Scheme.Length).Trim(' '), context.RequestAborted);
    }

    /// <summary>Finds out whom a token speaks for.</summary>
    public ValueTask<Authentication> AuthenticateAsync(ReadOnlySpan<char> token, CancellationToken cancellationToken)
    {
        return staticTokens.Find(token) is { } caller
            ? new(Authentication.Of(caller))
            : jwtTokens.AuthenticateAsync(token.ToString(), cancellationToken);
    }
}
