using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Explaining;
using CloudController.Jobs.AspNetCore.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.V3.Explaining;

/// <summary><c>GET /v3/jobs/:guid/explain</c>: why a job waits or what it does, for its owner and those who read everything.</summary>
internal static class ExplainEndpoint
{
    public static void MapExplain(this IEndpointRouteBuilder v3) =>
        v3.MapMethods("/jobs/{guid}/explain", [HttpMethods.Get, HttpMethods.Head], ExplainAsync).RequireScope(Scope.Read);

    private static async Task<IResult> ExplainAsync(string guid, Caller caller, JobExplainer explainer, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!JobGuid.TryParse(guid, out var job)
            || await explainer.ExplainAsync(job, caller.ReadsEverything, context.RequestAborted) is not { } explanation)
        {
            return JobEndpoint.NotFound;
        }

        return explanation.Job.Owner == caller.Owner || caller.ReadsEverything
            ? new V3Result<JobExplanation>(StatusCodes.Status200OK, explanation, Write)
            : CloudControllerProblem.NotAuthorized;
    }

    private static void Write(Utf8JsonWriter writer, JobExplanation explanation)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("causes"u8);
        foreach (var cause in explanation.Causes)
        {
            writer.WriteStartObject();
            writer.WriteString("code"u8, cause.Code);
            writer.WriteString("detail"u8, cause.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (explanation.Estimate is { } estimate)
        {
            writer.WriteStartObject("estimate"u8);
            JobDocument.WriteTime(writer, "start"u8, estimate.Start);
            JobDocument.WriteTime(writer, "end"u8, RoundUp(estimate.End));
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("estimate"u8);
        }

        writer.WriteEndObject();
    }

    // Times are shown without fractions: the range may grow by that, not shrink.
    private static DateTimeOffset RoundUp(DateTimeOffset time) => time.AddTicks(TimeSpan.TicksPerSecond - 1);
}
