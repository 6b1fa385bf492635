using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.RequestIds;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads the jobs out of one request.</summary>
internal sealed class SubmissionRequest(HttpContext context, Caller caller, JobsOptions options, Links links, DateTimeOffset now)
{
    /// <summary>What is wrong with the body's fields.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>The idempotency key that came in the header.</summary>
    public string? Key { get; private set; }

    /// <summary>Reads the whole body.</summary>
    /// <returns>The jobs, or what speaks against them.</returns>
    public async ValueTask<(IReadOnlyList<NewJob> Jobs, CloudControllerProblem? Problem)> ReadAsync(int limit, bool inBulk)
    {
        if (RequestBody.WhyNot(context.Request, limit) is { } refused)
            return ([], refused);

        if (!IdempotencyKeys.TryRead(context.Request.Headers, out var key))
            return ([], CloudControllerProblem.Unprocessable($"{IdempotencyKeys.Header} {IdempotencyKeys.Rule}"));

        Key = key;
        if (await RequestBody.ReadAsync(context.Request, limit) is not { } body)
            return ([], RequestBody.TooLarge(limit));

        using (body)
            return Read(body.Bytes, inBulk);
    }

    private (IReadOnlyList<NewJob> Jobs, CloudControllerProblem? Problem) Read(ReadOnlySpan<byte> json, bool inBulk)
    {
        IReadOnlyList<NewJob> jobs;
        try
        {
            var body = new SubmissionBody(options, Submitter(), Errors);
            jobs = inBulk ? body.ReadBulk(json, Key) : body.ReadOne(json, Key);
        }
        catch (JsonException)
        {
            return ([], CloudControllerProblem.MessageParseError("invalid request body"));
        }

        return (jobs, Errors.TooLarge ? ArgumentsTooLarge()
            : Errors.Any ? CloudControllerProblem.Unprocessable(Errors.ToDetail())
            : null);
    }

    private CloudControllerProblem ArgumentsTooLarge() =>
        CloudControllerProblem.RequestTooLarge with { Arguments = [$"arguments can have at most {options.MaxArgumentsBytes} bytes"] };

    private Submitter Submitter() => new(
        caller.Owner,
        caller.IsAdmin,
        context.RequestId(),
        context.TraceParent(),
        links.Base(context),
        new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero));
}
