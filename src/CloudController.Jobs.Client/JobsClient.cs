using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CloudController.Jobs.Client;

/// <summary>The HTTP API of CloudController.Jobs. Every call throws <see cref="JobsApiException"/> if the server says no and
/// <see cref="JobsServerUnreachableException"/> if none answers; none is repeated by itself but those of <see cref="FollowAsync"/>.</summary>
/// <param name="http">Has the server's address as its <see cref="HttpClient.BaseAddress"/>, with a slash at its end, and where a token is needed it as a
/// default <c>Authorization</c> header. Its timeout should be longer than what calls wait for.</param>
/// <param name="time">The clock; by default the system's.</param>
public sealed class JobsClient(HttpClient http, TimeProvider? time = null)
{
    /// <summary>The longest wait that the server grants: 60 seconds.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Submits a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="idempotencyKey">1 to 255 printable ASCII characters. The same key with the same job again gives the job of the first time, so that a
    /// call whose answer got lost can be repeated.</param>
    /// <param name="cancellationToken">Stops waiting for the answer; the job may have been accepted.</param>
    public Task<JobDocument> SubmitAsync(JobSubmission job, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        PostAsync("v3/jobs", Content(job, Wire.Default.JobSubmission), Wire.Default.JobDocument, idempotencyKey, cancellationToken);

    /// <summary>Submits 1 to 1,000 jobs: all or none.</summary>
    /// <param name="jobs">The jobs; each may have its own idempotency key.</param>
    /// <param name="idempotencyKey">A key for all of them together.</param>
    /// <param name="cancellationToken">Stops waiting for the answer; the jobs may have been accepted.</param>
    /// <returns>The jobs, in the same order.</returns>
    public async Task<IReadOnlyList<JobDocument>> SubmitManyAsync(
        IReadOnlyList<JobSubmission> jobs, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        var content = Content(new BulkSubmission(jobs), Wire.Default.BulkSubmission);
        return (await PostAsync("v3/jobs/actions/bulk", content, Wire.Default.JobList, idempotencyKey, cancellationToken)).Resources;
    }

    /// <summary>Reads a job.</summary>
    /// <param name="guid">The job.</param>
    /// <param name="wait">How long the server should hold its answer until the state or phase changes: 1 to 60 s; by default it answers at once.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public async Task<JobDocument> GetAsync(string guid, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Read(await AskAsync(guid, wait, null, cancellationToken), Wire.Default.JobDocument);

    /// <summary>Follows a job until its end: returns it as it is now, then whenever something of it has changed, last in its terminal state.
    /// While the server can't be reached, or has no access to its store, it asks again.</summary>
    /// <param name="guid">The job.</param>
    /// <param name="patience">How long an unreachable server may stay so before the exception gets through.</param>
    /// <param name="cancellationToken">Stops following; the job goes on.</param>
    public IAsyncEnumerable<JobDocument> FollowAsync(string guid, TimeSpan patience, CancellationToken cancellationToken = default) =>
        new JobFollower(this, guid, patience, time ?? TimeProvider.System).FollowAsync(cancellationToken);

    /// <summary>Waits for up to 1,000 jobs in one request.</summary>
    /// <param name="wait">Which, and how long.</param>
    /// <param name="cancellationToken">Stops waiting; the jobs go on.</param>
    /// <returns>How they stand then: not all may have ended.</returns>
    public Task<WaitedJobs> WaitAsync(JobWait wait, CancellationToken cancellationToken = default) =>
        PostAsync("v3/jobs/actions/wait", Content(wait, Wire.Default.JobWait), Wire.Default.WaitedJobs, null, cancellationToken);

    /// <summary>Reads every run of a job, the oldest first.</summary>
    public Task<AttemptList> GetAttemptsAsync(string guid, CancellationToken cancellationToken = default) =>
        GetAsync($"{JobPath(guid)}/attempts", Wire.Default.AttemptList, cancellationToken);

    /// <summary>Asks why a job waits, or what it does, and when it will likely end.</summary>
    public Task<ExplanationDocument> ExplainAsync(string guid, CancellationToken cancellationToken = default) =>
        GetAsync($"{JobPath(guid)}/explain", Wire.Default.ExplanationDocument, cancellationToken);

    /// <summary>Reads failures by operation and kind: for administrators.</summary>
    public Task<FailureList> GetErrorsAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v3/errors", Wire.Default.FailureList, cancellationToken);

    /// <summary>Lists jobs over all pages. Jobs that start or cease to match meanwhile may be missed or come twice.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    public async IAsyncEnumerable<JobDocument> ListAsync(JobFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        JobPage page;
        var number = 1;
        do
        {
            page = await GetPageAsync(filter, number++, 500, cancellationToken);
            foreach (var job in page.Resources)
                yield return job;
        }
        while (page.Pagination.Next is not null);
    }

    /// <summary>Reads one page of a list.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="page">1 or more.</param>
    /// <param name="perPage">1 to 5,000.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public Task<JobPage> GetPageAsync(JobFilter filter, int page = 1, int perPage = 50, CancellationToken cancellationToken = default) =>
        GetAsync($"v3/jobs{filter.ToQuery(page, perPage)}", Wire.Default.JobPage, cancellationToken);

    /// <summary>Cancels a job. One that waits ends at once; one that runs is asked to stop, and may still finish.</summary>
    public Task<JobDocument> CancelAsync(string guid, CancellationToken cancellationToken = default) =>
        PostAsync($"{JobPath(guid)}/actions/cancel", null, Wire.Default.JobDocument, null, cancellationToken);

    /// <summary>Runs a failed, cancelled or expired job again, under the same guid.</summary>
    public Task<JobDocument> RetryAsync(string guid, CancellationToken cancellationToken = default) =>
        PostAsync($"{JobPath(guid)}/actions/retry", null, Wire.Default.JobDocument, null, cancellationToken);

    /// <summary>Cancels what matches, up to 10,000 jobs.</summary>
    /// <exception cref="ArgumentException">The filter is empty.</exception>
    public Task<JobCounts> CancelManyAsync(JobFilter filter, CancellationToken cancellationToken = default) =>
        ActOnManyAsync("cancel", filter, cancellationToken);

    /// <summary>Retries what matches, up to 10,000 jobs.</summary>
    /// <exception cref="ArgumentException">The filter is empty.</exception>
    public Task<JobCounts> RetryManyAsync(JobFilter filter, CancellationToken cancellationToken = default) =>
        ActOnManyAsync("retry", filter, cancellationToken);

    /// <summary>Deletes a job that has ended, and frees its idempotency key.</summary>
    public async Task DeleteAsync(string guid, CancellationToken cancellationToken = default) =>
        await SendAsync(new(HttpMethod.Delete, JobPath(guid)), cancellationToken);

    /// <summary>Reads all queues.</summary>
    public Task<QueueList> GetQueuesAsync(CancellationToken cancellationToken = default) =>
        GetAsync("v3/queues", Wire.Default.QueueList, cancellationToken);

    /// <summary>Reads a queue. One that was never used is shown empty.</summary>
    public Task<QueueDocument> GetQueueAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync(QueuePath(name), Wire.Default.QueueDocument, cancellationToken);

    /// <summary>Stops claims from a queue; what runs goes on.</summary>
    /// <param name="name">The queue; it need not have been used.</param>
    /// <param name="reason">Why, for whoever finds it paused.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public Task<QueueDocument> PauseQueueAsync(string name, string? reason = null, CancellationToken cancellationToken = default) =>
        PostAsync($"{QueuePath(name)}/actions/pause", Reason(reason), Wire.Default.QueueDocument, null, cancellationToken);

    /// <summary>Lets a queue be claimed from again.</summary>
    /// <param name="name">The queue.</param>
    /// <param name="reason">Why, for the record.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public Task<QueueDocument> ResumeQueueAsync(string name, string? reason = null, CancellationToken cancellationToken = default) =>
        PostAsync($"{QueuePath(name)}/actions/resume", Reason(reason), Wire.Default.QueueDocument, null, cancellationToken);

    /// <summary>Changes a queue's limits, which hold on all nodes together. What runs goes on.</summary>
    /// <param name="name">The queue; it need not have been used.</param>
    /// <param name="change">What changes.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public async Task<QueueDocument> LimitQueueAsync(string name, QueueLimitsChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        var content = new ByteArrayContent(change.ToJson()) { Headers = { ContentType = new("application/json") } };
        return Read(await SendAsync(new(HttpMethod.Patch, QueuePath(name)) { Content = content }, cancellationToken), Wire.Default.QueueDocument);
    }

    internal Task<WireAnswer> AskAsync(string guid, TimeSpan? wait, EntityTagHeaderValue? known, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, JobPath(guid));
        if (wait is { } seconds)
            request.Headers.Add("Prefer", $"wait={(int)seconds.TotalSeconds}");
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);

        return SendAsync(request, cancellationToken);
    }

    internal T Read<T>(WireAnswer answer, JsonTypeInfo<T> type) where T : ServerDocument
    {
        try
        {
            if (JsonSerializer.Deserialize(answer.Body, type) is { } document)
            {
                document.Json = answer.Body;
                return document;
            }
        }
        catch (JsonException)
        {
            // Something answered, but not this API: said below.
        }

        throw Foreign(answer.Status);
    }

    private Task<JobCounts> ActOnManyAsync(string action, JobFilter filter, CancellationToken cancellationToken)
    {
        if (filter.IsEmpty)
            throw new ArgumentException("An empty filter matches every job; name at least one thing to match.", nameof(filter));

        return PostAsync($"v3/jobs/actions/{action}{filter.ToQuery()}", null, Wire.Default.JobCounts, null, cancellationToken);
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : ServerDocument =>
        Read(await SendAsync(new(HttpMethod.Get, path), cancellationToken), type);

    private async Task<T> PostAsync<T>(
        string path, HttpContent? content, JsonTypeInfo<T> type, string? idempotencyKey, CancellationToken cancellationToken) where T : ServerDocument
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (idempotencyKey is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);

        return Read(await SendAsync(request, cancellationToken), type);
    }

    private async Task<WireAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var sent = request;
            using var response = await http.SendAsync(request, cancellationToken);
            var answer = await WireAnswer.ReadAsync(response, cancellationToken);
            return answer.IsSuccess ? answer : throw Refusal(answer);
        }
        catch (HttpRequestException exception)
        {
            throw new JobsServerUnreachableException($"No server answers at {http.BaseAddress}: {Reason(exception)}.", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new JobsServerUnreachableException($"No server answers at {http.BaseAddress}: time ran out.", exception);
        }
    }

    private Exception Refusal(WireAnswer answer)
    {
        try
        {
            if (JsonSerializer.Deserialize(answer.Body, Wire.Default.ErrorsDocument) is { Errors: { Count: > 0 } errors })
                return new JobsApiException(answer.Status, errors, answer.RetryAfter, answer.RequestId);
        }
        catch (JsonException)
        {
            // Not an error of this API: said below.
        }

        return Foreign(answer.Status);
    }

    private JobsServerUnreachableException Foreign(HttpStatusCode status) =>
        new($"What answers at {http.BaseAddress} is not a server of this API (HTTP status {(int)status}).");

    private static string Reason(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "the host name is unknown",
        HttpRequestError.ConnectionError when exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            "the connection was refused",
        HttpRequestError.ConnectionError => "no connection came about",
        HttpRequestError.SecureConnectionError => "no secure connection came about",
        HttpRequestError.ProxyTunnelError => "the proxy refused",
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError =>
            "what answers does not speak HTTP as expected",
        _ => "the connection broke",
    };

    private static ByteArrayContent Content<T>(T document, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(document, type)) { Headers = { ContentType = new("application/json") } };

    private static ByteArrayContent Reason(string? reason) => Content(new PauseRequest(reason), Wire.Default.PauseRequest);

    private static string JobPath(string guid) => $"v3/jobs/{Uri.EscapeDataString(guid)}";

    private static string QueuePath(string name) => $"v3/queues/{Uri.EscapeDataString(name)}";
}
