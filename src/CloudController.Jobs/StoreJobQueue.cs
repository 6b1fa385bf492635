using System.Collections.Frozen;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudController.Jobs.Handlers;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs;

/// <summary>Enqueues into the store of this process.</summary>
internal sealed class StoreJobQueue(IJobStore store, IEnumerable<ArgumentsType> types, IOptions<JobsOptions> options, TimeProvider time) : IJobQueue
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(30);

    private readonly FrozenDictionary<Type, JsonTypeInfo> jsonOf = types.DistinctBy(type => type.Type).ToFrozenDictionary(type => type.Type, type => type.Json);

    public async Task<Job> EnqueueAsync<TArguments>(TArguments arguments, EnqueueOptions? options, CancellationToken cancellationToken)
        where TArguments : IJobArguments
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var job = NewJob(arguments, options ?? new EnqueueOptions());
        return await store.SubmitAsync([job], this.Options.MaxOpenPerOwner, cancellationToken) switch
        {
            Submission.Accepted { Jobs: [{ Created: true }] } => Job.From(job),
            Submission.Accepted { Jobs: [var held] } => await store.FindAsync(held.Guid, cancellationToken)
                ?? throw new InvalidOperationException("The job of this idempotency key has just been deleted."),
            Submission.KeyConflict => throw new InvalidOperationException("The idempotency key was used before for another job."),
            Submission.TooManyOpen full => throw TooManyOpen(full),
            _ => throw new UnreachableException(),
        };
    }

    public async Task<IReadOnlyList<Job>> EnqueueManyAsync<TArguments>(
        IReadOnlyList<TArguments> arguments, EnqueueOptions? options, CancellationToken cancellationToken)
        where TArguments : IJobArguments
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var given = options ?? new EnqueueOptions();
        if (arguments.Count == 0 || given.IdempotencyKey is not null)
        {
            throw new ArgumentException(arguments.Count == 0 ? "There is nothing to enqueue." : "An idempotency key is for one job.");
        }

        var jobs = arguments.Select(one => NewJob(one, given)).ToArray();
        return await store.SubmitAsync(jobs, Options.MaxOpenPerOwner, cancellationToken) switch
        {
            Submission.Accepted => Array.ConvertAll(jobs, Job.From),
            Submission.TooManyOpen full => throw TooManyOpen(full),
            _ => throw new UnreachableException(),
        };
    }

    private JobsOptions Options => options.Value;

    private InvalidOperationException TooManyOpen(Submission.TooManyOpen full) =>
        new($"The owner has {full.Open} open jobs; {Options.MaxOpenPerOwner} are allowed.");

    private NewJob NewJob<TArguments>(TArguments arguments, EnqueueOptions given)
        where TArguments : IJobArguments
    {
        var type = jsonOf.GetValueOrDefault(typeof(TArguments)) as JsonTypeInfo<TArguments>
            ?? throw new InvalidOperationException($"No handler is registered for {typeof(TArguments)}.");
        if (arguments.Validate() is { } whyNot)
        {
            throw new ArgumentException(whyNot, nameof(arguments));
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(arguments, type);
        if (Fault(given, json) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        var now = Milliseconds(time.GetUtcNow());
        return new NewJob
        {
            Guid = JobGuid.New(now),
            CreatedAt = now,
            Operation = TArguments.Operation,
            Arguments = json,
            Queue = given.Queue,
            Priority = given.Priority,
            RunAt = given.RunAt,
            MaxAttempts = given.MaxAttempts ?? Options.DefaultMaxAttempts,
            Backoff = given.Backoff,
            Timeout = given.Timeout ?? TimeSpan.FromSeconds(Options.DefaultTimeoutSeconds),
            ExpiresAt = given.ExpiresAt,
            Resource = given.Resource,
            Metadata = given.Metadata,
            Owner = given.Owner,
            Callback = given.Callback,
            TraceParent = Activity.Current?.Id,
            Key = given.IdempotencyKey is { } name ? new IdempotencyKey(name, SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(TArguments.Operation), 0, .. json])) : null,
        };
    }

    private string? Fault(EnqueueOptions given, byte[] json) => given switch
    {
        _ when json.Length > Options.MaxArgumentsBytes => $"The arguments have {json.Length} bytes; {Options.MaxArgumentsBytes} are allowed.",
        _ when !JobNames.IsValid(given.Queue) => $"The queue '{given.Queue}' is not a name.",
        { Priority: < -1_000 or > 1_000 } => $"The priority is {given.Priority}; it can be -1000 to 1000.",
        { MaxAttempts: < 1 or > 100 } => $"MaxAttempts is {given.MaxAttempts}; it can be 1 to 100.",
        { Timeout: { } timeout } when timeout < TimeSpan.FromSeconds(1) || timeout > LongestTimeout => "The timeout can be 1 s to 30 days.",
        { IdempotencyKey: { } key } when key.Length is < 1 or > 255 || key.AsSpan().ContainsAnyExceptInRange(' ', '~') =>
            "An idempotency key is 1 to 255 printable ASCII characters.",
        { Callback: { } callback } when callback.Url.Length > JobCallback.MaxLength || !JobCallback.IsUrl(callback.Url) =>
            $"A callback's url is absolute, http or https, without user info, of at most {JobCallback.MaxLength} characters.",
        _ => null,
    };

    private static DateTimeOffset Milliseconds(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
