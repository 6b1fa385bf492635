using System.Net;
using CloudController.Jobs.AspNetCore.Networking;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Makes an HTTP request: the far side's answer decides whether the job is done, tries again or has failed (contract §6).</summary>
internal sealed class HttpRequestHandler(HttpExchange exchange, TimeProvider time) : IJobHandler<HttpRequestArguments>
{
    private const string NotAllowed = "arguments.url is not allowed: its host, one of its addresses, or where it redirects to";

    // As long as the longest backoff: a far side must not park a job for ever.
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(7);

    /// <summary>What is wrong with arguments, as far as only the settings can tell.</summary>
    public static string? Check(HttpRequestArguments arguments, HttpExchange exchange) =>
        exchange.Allows(arguments.Destination()) ? null : "arguments.url has a host that is not allowed (setting Http:AllowedHosts)";

    public async Task<JobOutcome> RunAsync(HttpRequestArguments arguments, JobContext job, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(arguments.Timeout(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        try
        {
            using var response = await exchange.SendAsync(arguments, job, either.Token);
            return await OutcomeAsync(arguments, response, job, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return Failed("the far side did not answer in time");
        }
        catch (DestinationRefusedException refusal)
        {
            return Refused(refusal);
        }
        catch (HttpRequestException exception) when (exception.InnerException is DestinationRefusedException refusal)
        {
            return Refused(refusal);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidDataException)
        {
            return Failed("the far side could not be reached").Because(exception.ToString());
        }
    }

    private async Task<JobOutcome> OutcomeAsync(
        HttpRequestArguments arguments, HttpResponseMessage response, JobContext job, CancellationToken cancellationToken)
    {
        if (arguments.Expects(response.StatusCode))
            return JobOutcome.Finished(await ResponseResult.ReadAsync(response, cancellationToken));

        var status = (int)response.StatusCode;
        var failure = Failed($"the far side answered with status {status}");
        job.WriteLog($"Status {status}: {await ResponseResult.ReadExcerptAsync(response, cancellationToken)}");
        if (response.StatusCode != HttpStatusCode.TooManyRequests && status < 500)
            return failure.Final();

        return RetryAfter(response) is { } earliest ? failure.NotBefore(earliest) : failure;
    }

    private DateTimeOffset? RetryAfter(HttpResponseMessage response)
    {
        var now = time.GetUtcNow();
        var at = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => now + delta,
            { Date: { } date } => date,
            _ => (DateTimeOffset?)null,
        };
        return at > now + MaxRetryAfter ? now + MaxRetryAfter : at;
    }

    // Names and addresses are for administrators: they tell about the network that this runs in.
    private static JobOutcome.Failure Refused(DestinationRefusedException refusal) =>
        JobOutcome.Failed("UnprocessableEntity", NotAllowed).Because(refusal.Message).Final();

    private static JobOutcome.Failure Failed(string whatHappened) =>
        JobOutcome.Failed("UnableToPerform", HttpRequestArguments.Operation, whatHappened);
}
