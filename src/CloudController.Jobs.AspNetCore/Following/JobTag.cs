using CloudController.Jobs.Storage;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace CloudController.Jobs.AspNetCore.Following;

/// <summary>The <c>ETag</c> of a job: changes whenever its <c>state</c> or <c>phase</c> does, or it runs anew (contract §4). Weak, as progress and
/// warnings don't change it.</summary>
internal static class JobTag
{
    public static string Of(JobStatus status) => Of(status.Phase, status.Run, status.AttemptsAllowed);

    public static string Of(JobPhase phase, int run, int attemptsAllowed) => $"W/\"{phase.PhaseName()}-{run}-{attemptsAllowed}\"";

    /// <summary>Whether an <c>If-None-Match</c> names a tag, itself or by <c>*</c>. What can't be read in it names nothing.</summary>
    public static bool IsNamedBy(StringValues ifNoneMatch, string tag)
    {
        if (ifNoneMatch.Count == 0 || !EntityTagHeaderValue.TryParseList(ifNoneMatch.ToArray()!, out var names))
            return false;

        var own = EntityTagHeaderValue.Parse(tag);
        foreach (var name in names)
        {
            if (name == EntityTagHeaderValue.Any || name.Compare(own, useStrongComparison: false))
                return true;
        }

        return false;
    }
}
