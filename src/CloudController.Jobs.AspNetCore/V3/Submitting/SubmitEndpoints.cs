using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Submits jobs: one, or up to 1,000 of which all are kept or none.</summary>
internal static class SubmitEndpoints
{
    private const int BulkLimit = 32 * 1024 * 1024;

    /// <summary>What a body may have beside its arguments: the largest annotations have 200 values of 5,000 characters, each of two escapes with 12
    /// bytes, and all else is small.</summary>
    private const int BesideArguments = 16 * 1024 * 1024;

    public static void MapSubmit(this IEndpointRouteBuilder v3)
    {
        v3.MapPost("/jobs", SubmitAsync).RequireScope(Scope.Write);
        v3.MapPost("/jobs/actions/bulk", SubmitBulkAsync).RequireScope(Scope.Write);
    }

    private static async Task<IResult> SubmitAsync(
        Caller caller, IJobStore store, IOptions<JobsOptions> options, SubmissionChecks checks, TimeProvider time, Links links, HttpContext context)
    {
        var read = new SubmissionRequest(context, caller, options.Value, links, time.GetUtcNow());
        var (jobs, problem) = await read.ReadAsync(options.Value.MaxArgumentsBytes + BesideArguments, inBulk: false);
        problem ??= checks.WhyNot(jobs, inBulk: false, caller, read.Errors);
        if (problem is not null)
            return problem;

        switch (await store.SubmitAsync(jobs, options.Value.MaxOpenPerOwner, context.RequestAborted))
        {
            case Submission.Accepted accepted:
                var job = await ShowAsync(jobs[0], accepted.Jobs[0], store, context.RequestAborted);
                var baseUrl = links.Base(context);
                return new V3Result<ShownJob>(StatusCodes.Status202Accepted, new ShownJob(job, baseUrl, JobView.Whole), JobDocument.Write)
                {
                    Location = $"{baseUrl}/v3/jobs/{job.Guid}",
                };
            case Submission.KeyConflict:
                return CloudControllerProblem.Unprocessable($"{IdempotencyKeys.Header} was used before for another submission");
            case Submission.TooManyOpen full:
                return TooManyOpen(full, options.Value);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task<IResult> SubmitBulkAsync(
        Caller caller, IJobStore store, IOptions<JobsOptions> options, SubmissionChecks checks, TimeProvider time, Links links, HttpContext context)
    {
        var read = new SubmissionRequest(context, caller, options.Value, links, time.GetUtcNow());
        var (jobs, problem) = await read.ReadAsync(BulkLimit, inBulk: true);
        problem ??= checks.WhyNot(jobs, inBulk: true, caller, read.Errors);
        if (problem is not null)
            return problem;

        var bulk = Bulk.Of(jobs);
        if (bulk.Conflict is { } conflict)
            return KeyConflict(conflict);

        switch (await store.SubmitAsync(bulk.Distinct, options.Value.MaxOpenPerOwner, context.RequestAborted))
        {
            case Submission.Accepted accepted:
                var distinct = new Job[bulk.Distinct.Count];
                for (var index = 0; index < distinct.Length; index++)
                    distinct[index] = await ShowAsync(bulk.Distinct[index], accepted.Jobs[index], store, context.RequestAborted);

                var shown = new ShownBulk([.. bulk.Places.Select(place => distinct[place])], links.Base(context));
                return new V3Result<ShownBulk>(StatusCodes.Status202Accepted, shown, WriteBulk);
            case Submission.KeyConflict taken:
                return KeyConflict(bulk.FirstPlaceOf(taken.Index));
            case Submission.TooManyOpen full:
                return TooManyOpen(full, options.Value);
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        CloudControllerProblem KeyConflict(int index) => CloudControllerProblem.Unprocessable(read.Key is null
            ? $"jobs[{index}].idempotency_key was used before for another submission"
            : $"{IdempotencyKeys.Header} was used before for another submission");
    }

    // One that was deleted since is shown as it was submitted.
    private static async ValueTask<Job> ShowAsync(NewJob submitted, SubmittedJob held, IJobStore store, CancellationToken aborted) =>
        held.Created ? Job.From(submitted) : await store.FindAsync(held.Guid, aborted) ?? Job.From(submitted) with { Guid = held.Guid };

    private static CloudControllerProblem TooManyOpen(Submission.TooManyOpen full, JobsOptions options) => CloudControllerProblem.Unprocessable(
        $"You have {full.Open} jobs that have not ended; with these it would be more than the {options.MaxOpenPerOwner} that are allowed at once");

    private static void WriteBulk(Utf8JsonWriter writer, ShownBulk bulk)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resources"u8);
        foreach (var job in bulk.Jobs)
            JobDocument.Write(writer, new ShownJob(job, bulk.BaseUrl, JobView.Whole));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private readonly record struct ShownBulk(IReadOnlyList<Job> Jobs, string BaseUrl);
}
