using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Callbacks;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.Handlers;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>What is checked of jobs that were read in order: their arguments, where their operation is known here, the rules of their operation,
/// and where their callbacks go.</summary>
internal sealed class SubmissionChecks(HandlerRegistry handlers, IEnumerable<ISubmissionRule> rules, CallbackDestinations destinations)
{
    private readonly ILookup<string, ISubmissionRule> rules = rules.ToLookup(rule => rule.Operation, StringComparer.Ordinal);

    /// <returns>What speaks against one of them, and so against all; <see langword="null"/> if nothing does.</returns>
    public CloudControllerProblem? WhyNot(IReadOnlyList<NewJob> jobs, bool inBulk, Caller caller, FieldErrors errors)
    {
        for (var index = 0; index < jobs.Count; index++)
        {
            errors.Index = inBulk ? index : null;
            if (jobs[index].Callback is { } callback && !destinations.Allows(callback))
                errors.Add("callback_url", "must not have a private address");

            if (handlers.TryFind(jobs[index].Operation, out var handler) && handler.Check(jobs[index].Arguments) is { } whyNot)
                errors.Add(whyNot);
            else if (IsForbidden(jobs[index], caller, errors))
                return CloudControllerProblem.NotAuthorized;
        }

        return errors.Any ? CloudControllerProblem.Unprocessable(errors.ToDetail()) : null;
    }

    private bool IsForbidden(NewJob job, Caller caller, FieldErrors errors)
    {
        foreach (var rule in rules[job.Operation])
        {
            var verdict = rule.Check(caller.Has, job.Arguments);
            if (verdict == SubmissionVerdict.Forbidden)
                return true;

            if (verdict is SubmissionVerdict.Invalid invalid)
                errors.Add(invalid.WhyNot);
        }

        return false;
    }
}
