using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.V2;

/// <summary><c>GET /v2/jobs/:guid</c> (contract §4).</summary>
internal sealed class V2JobRoute(OpenJobs jobs, V2JobDocument document, IOptions<V2Options> options)
{
    private readonly bool hidesUnknown = options.Value.HidesUnknownGuids;

    public async Task GetAsync(HttpContext context) =>
        await (await jobs.FindAsync(context) is { } held ? AnswerAsync(context, held) : AnswerNotHeldAsync(context));

    private Task AnswerAsync(HttpContext context, JobStatus status) => jobs.IsKnown(context, status)
        ? Task.CompletedTask
        : context.Response.WriteV2Async((document, status), static (writer, shown) => shown.document.Write(writer, shown.status));

    private Task AnswerNotHeldAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return hidesUnknown
            ? context.Response.WriteJsonAsync(JsonResponses.V2ContentType, V2JobDocument.NotHeld)
            : CloudControllerProblem.ResourceNotFound("Job not found").ExecuteAsync(context);
    }
}
