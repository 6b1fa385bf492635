using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3;

/// <summary>Finds a job of which a caller may see all: its own, and for those who read everything anyone's.</summary>
internal static class OwnJob
{
    public static async Task<(Job? Job, CloudControllerProblem? Problem)> FindAsync(
        Guid guid, Caller caller, IJobStore store, CancellationToken aborted)
    {
        if (await store.FindManyAsync([guid], aborted) is not [var job])
            return (null, JobEndpoint.NotFound);

        return job.Owner == caller.Owner || caller.ReadsEverything ? (job, null) : (null, CloudControllerProblem.NotAuthorized);
    }
}
