using CloudController.Jobs.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.AspNetCore.Errors;

/// <summary>An answer that says no, by a name of the error catalogue; its shape follows the path (contract §3).</summary>
/// <param name="Name">The catalogue's, without <c>CF-</c>; one that it lacks is shown as <c>UnknownError</c>.</param>
/// <param name="Arguments">What fills its message.</param>
internal sealed record CloudControllerProblem(string Name, params IReadOnlyList<string> Arguments) : IResult
{
    /// <summary>Whole seconds after which asking again makes sense.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Answers with this status rather than the catalogue's.</summary>
    public int? StatusCode { get; init; }

    public static CloudControllerProblem NotFound { get; } = new(nameof(NotFound));

    public static CloudControllerProblem NotAuthenticated { get; } = new(nameof(NotAuthenticated));

    public static CloudControllerProblem InvalidAuthToken { get; } = new(nameof(InvalidAuthToken));

    public static CloudControllerProblem NotAuthorized { get; } = new(nameof(NotAuthorized));

    public static CloudControllerProblem InsufficientScope { get; } = new(nameof(InsufficientScope));

    public static CloudControllerProblem MethodNotAllowed { get; } = new(nameof(MethodNotAllowed));

    public static CloudControllerProblem RequestTooLarge { get; } = new(nameof(RequestTooLarge));

    public static CloudControllerProblem UnsupportedMediaType { get; } = new(nameof(UnsupportedMediaType));

    /// <summary>Whatever the outside shall not know of.</summary>
    public static CloudControllerProblem Unknown { get; } = new("UnknownError") { StatusCode = StatusCodes.Status500InternalServerError };

    /// <summary>404: no such thing is held.</summary>
    public static CloudControllerProblem ResourceNotFound(string detail) => new(nameof(ResourceNotFound), detail);

    /// <summary>422: a field or a state does not allow it.</summary>
    public static CloudControllerProblem Unprocessable(string detail) => new("UnprocessableEntity", detail);

    /// <summary>400: the body is not what its content type says.</summary>
    public static CloudControllerProblem MessageParseError(string detail) => new(nameof(MessageParseError), detail);

    /// <summary>400: a query parameter is unknown, or its value bad.</summary>
    public static CloudControllerProblem BadQueryParameter(string detail) => new(nameof(BadQueryParameter), detail);

    /// <summary>503: try again later.</summary>
    public static CloudControllerProblem ServiceUnavailable(string detail, int retryAfterSeconds) =>
        new(nameof(ServiceUnavailable), detail) { RetryAfterSeconds = retryAfterSeconds };

    public Task ExecuteAsync(HttpContext httpContext) =>
        ErrorResponse.WriteAsync(httpContext, this, httpContext.RequestServices.GetRequiredService<ErrorCatalog>());
}
