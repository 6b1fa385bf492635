using CloudController.Jobs.AspNetCore.RequestIds;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace CloudController.Jobs.AspNetCore.Errors;

/// <summary>Round every request: gives it an id, and lets nothing out but what the error catalogue has (contract §3).</summary>
internal sealed class RequestBorder(ErrorCatalog catalog, ILogger<RequestBorder> logger)
{
    private static readonly StringValues NoSniff = "nosniff";

    /// <summary>Puts the border round a part of the app; within itself it does nothing.</summary>
    public RequestDelegate Enclose(RequestDelegate next) => context =>
        context.Features.Get<RequestScope>() is null ? InvokeAsync(context, next) : next(context);

    private async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = new RequestScope(RequestId.For(context.Request.Headers));
        context.Features.Set(request);
        context.TraceIdentifier = request.Id;
        SetHeaders(context.Response, request.Id);

        using var scope = logger.BeginScope(request);
        try
        {
            await next(context);
        }
        catch (Exception exception) when (IsOfClientGone(exception, context))
        {
            logger.ClientGone();
            context.Abort(); // so that the server doesn't look for the rest of its body
            return;
        }
        catch (Exception exception)
        {
            // The caller learns a catalogue error, the operator everything.
            await AnswerAsync(context, request.Id, exception);
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= StatusCodes.Status400BadRequest && IsBare(response))
            await ErrorResponse.WriteAsync(context, FrameworkErrors.ForStatus(response.StatusCode), catalog);
    }

    private static void SetHeaders(HttpResponse response, string requestId)
    {
        response.Headers[RequestId.Header] = requestId;
        response.Headers.XContentTypeOptions = NoSniff;
    }

    // A read of the body may fail a moment before the request is known to be aborted.
    private static bool IsOfClientGone(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException and not BadHttpRequestException && context.RequestAborted.IsCancellationRequested);

    private static bool IsBare(HttpResponse response) =>
        !response.HasStarted && response.ContentLength is null && string.IsNullOrEmpty(response.ContentType);

    private Task AnswerAsync(HttpContext context, string requestId, Exception exception)
    {
        var problem = exception switch
        {
            BadHttpRequestException bad => FrameworkErrors.ForBadRequest(bad),
            StoreUnavailableException => CloudControllerProblem.ServiceUnavailable("The job store is out of reach.", 5),
            _ => CloudControllerProblem.Unknown,
        };
        Log(exception);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        Clear(context.Response);
        SetHeaders(context.Response, requestId);
        if (exception is BadHttpRequestException && HttpProtocol.IsHttp11(context.Request.Protocol))
            context.Response.Headers.Connection = "close"; // What is left of a body that can't be read is no next request.

        return ErrorResponse.WriteAsync(context, problem, catalog);
    }

    // What was said of limits holds for this answer, too.
    private static void Clear(HttpResponse response)
    {
        var limits = response.Headers.Where(header => header.Key.StartsWith("X-RateLimit-", StringComparison.OrdinalIgnoreCase)).ToList();
        response.Clear();
        foreach (var (name, value) in limits)
            response.Headers[name] = value;
    }

    private void Log(Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException:
                logger.UnreadableRequest(exception);
                break;
            case StoreUnavailableException:
                logger.StoreOutOfReach(exception);
                break;
            default:
                logger.RequestFailed(exception);
                break;
        }
    }
}
