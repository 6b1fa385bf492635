using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Errors;

/// <summary>What the framework's own refusals are called in the error catalogue.</summary>
internal static class FrameworkErrors
{
    /// <summary>The problem that stands for a bare status; one that the catalogue has no name for keeps its status and is
    /// <c>UnknownError</c>.</summary>
    public static CloudControllerProblem ForStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => CloudControllerProblem.MessageParseError("invalid request"),
        StatusCodes.Status401Unauthorized => CloudControllerProblem.NotAuthenticated,
        StatusCodes.Status403Forbidden => CloudControllerProblem.NotAuthorized,
        StatusCodes.Status404NotFound => CloudControllerProblem.NotFound,
        StatusCodes.Status405MethodNotAllowed => CloudControllerProblem.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => CloudControllerProblem.RequestTooLarge,
        StatusCodes.Status415UnsupportedMediaType => CloudControllerProblem.UnsupportedMediaType,
        StatusCodes.Status429TooManyRequests => new CloudControllerProblem("RateLimitExceeded") { RetryAfterSeconds = 1 },
        StatusCodes.Status503ServiceUnavailable => CloudControllerProblem.ServiceUnavailable("The service is not available at the moment.", 5),
        _ => CloudControllerProblem.Unknown with { StatusCode = status },
    };

    /// <summary>The problem that stands for a request that could not be read.</summary>
    public static CloudControllerProblem ForBadRequest(BadHttpRequestException exception) => exception.StatusCode == StatusCodes.Status400BadRequest
        ? CloudControllerProblem.MessageParseError("invalid request body")
        : ForStatus(exception.StatusCode);
}
