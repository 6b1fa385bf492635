using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using CloudController.Jobs.AspNetCore.Networking;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.AspNetCore.V3;
using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary>POSTs an ended job to its receiver, signed, and reads no more of the answer than its status.</summary>
internal sealed class CallbackSender : ICallbackSender, IDisposable
{
    private readonly CallbackSecrets secrets;
    private readonly Links links;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly HttpMessageInvoker client;

    /// <param name="destinations">Where callbacks may go.</param>
    /// <param name="resolve">All addresses of a host name.</param>
    /// <param name="secrets">What they are signed with.</param>
    /// <param name="links">What links in the job begin with.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told what the owner is not: why a receiver was not reached.</param>
    public CallbackSender(
        CallbackDestinations destinations,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        CallbackSecrets secrets,
        Links links,
        TimeProvider time,
        ILogger<CallbackSender> logger)
    {
        (this.secrets, this.links, this.time, this.logger) = (secrets, links, time, logger);
        client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = new GuardedConnector(destinations.Reach, resolve).ConnectAsync,
            SslOptions = GuardedTls.Create(),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            AllowAutoRedirect = false,
            // A proxy would connect in our place, unchecked.
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        });
    }

    public async Task<CallbackAnswer> SendAsync(DueCallback callback, CancellationToken cancellationToken)
    {
        var secret = await secrets.FindAsync(callback.Job.Owner, cancellationToken);
        using var limit = new CancellationTokenSource(CallbackSchedule.TryLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = RequestOf(callback, secret);
        try
        {
            using var response = await client.SendAsync(request, either.Token);
            return new CallbackAnswer(
                response.IsSuccessStatusCode ? CallbackOutcome.Delivered : CallbackOutcome.Refused, (int)response.StatusCode)
            {
                RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - time.GetUtcNow() : null,
            };
        }
        catch (Exception exception) when (IsNetworks(exception) || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            logger.CallbackNotReached(callback.Job.Guid, exception);
            return new CallbackAnswer(CallbackOutcome.NotReached, null);
        }
    }

    public void Dispose() => client.Dispose();

    private static bool IsNetworks(Exception exception) => exception is HttpRequestException or IOException or DestinationRefusedException;

    private HttpRequestMessage RequestOf(DueCallback callback, byte[] secret)
    {
        var body = BodyOf(callback.Job);
        var (id, timestamp) = (IdOf(callback), Webhook.Timestamp(time.GetUtcNow()));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(callback.Job.Callback!.Url));
        request.Headers.Add(Webhook.IdHeader, id);
        request.Headers.Add(Webhook.TimestampHeader, timestamp);
        request.Headers.Add(Webhook.SignatureHeader, Webhook.Sign(secret, id, timestamp, body));
        // One that was kept might be closed by the receiver just when it is used again, and an end told late for that.
        request.Headers.ConnectionClose = true;
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("CloudController.Jobs", null));
        request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }

    // The same for every try of one end, another for the next one.
    private static string IdOf(DueCallback callback) => string.Create(CultureInfo.InvariantCulture, $"{callback.Job.Guid}_{callback.End}");

    private byte[] BodyOf(Job job)
    {
        using var body = JsonBody.RentCompact();
        JobDocument.Write(body.Writer, new ShownJob(job, links.Base(job.Callback!), JobView.Whole));
        return body.Bytes.ToArray();
    }
}
