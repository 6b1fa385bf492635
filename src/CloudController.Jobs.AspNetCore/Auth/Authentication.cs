using CloudController.Jobs.AspNetCore.Errors;

namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>What became of a request's credentials: a caller, or why there is none.</summary>
internal readonly record struct Authentication(Caller? Caller, CloudControllerProblem? Problem)
{
    public static Authentication Of(Caller caller) => new(caller, null);

    public static Authentication Refused(CloudControllerProblem problem) => new(null, problem);
}
