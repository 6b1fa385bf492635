using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Dashboard;

/// <summary>What the dashboard says to its operator. Each line stands in the scope of its request, which has the request's id.</summary>
internal static partial class DashboardLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The issuer refused a sign-in: {Error}.")]
    public static partial void IssuerRefused(this ILogger logger, string error);

    [LoggerMessage(3102, LogLevel.Warning, "The issuer's token endpoint could not be asked.")]
    public static partial void TokenEndpointOutOfReach(this ILogger logger, Exception exception);

    [LoggerMessage(3103, LogLevel.Warning, "The issuer's token endpoint answered {Status} with error {Error}.")]
    public static partial void CodeRefused(this ILogger logger, int status, string error);

    [LoggerMessage(3104, LogLevel.Warning, "The issuer's token endpoint answered with what is no token response.")]
    public static partial void UnreadableTokens(this ILogger logger);

    [LoggerMessage(3105, LogLevel.Warning, "The issuer publishes no endpoints for signing in, or such that are neither https nor on a loopback address.")]
    public static partial void NoEndpoints(this ILogger logger);

    [LoggerMessage(3106, LogLevel.Warning, "The issuer's ID token is not of the sign-in that asked for it.")]
    public static partial void IdTokenRefused(this ILogger logger);

    [LoggerMessage(3107, LogLevel.Warning, "The issuer's access token is not valid for this API: see Auth:Audience and the client's scopes at the issuer.")]
    public static partial void AccessTokenRefused(this ILogger logger);
}
