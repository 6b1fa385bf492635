using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.RateLimits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>Stands before each route, in Cloud Controller's order: token, limit, scope, then the route itself.</summary>
internal sealed class RouteGuard(Authenticator authenticator, RateLimiting limits, RequestBorder border)
{
    /// <summary>Guards a route as its metadata say.</summary>
    public void Guard(EndpointBuilder route)
    {
        if (route.RequestDelegate is not { } next)
            return;

        var counted = limits.IsEnabled && !route.Metadata.OfType<NotRateLimited>().Any();
        var guarded = (route.Metadata.OfType<ScopeRequirement>().LastOrDefault(), counted) switch
        {
            ({ } required, _) => context => AuthorizeAsync(context, required.Scope, counted, next),
            (null, true) => context => LimitAsync(context, next),
            (null, false) => next,
        };
        route.RequestDelegate = border.Enclose(guarded);
    }

    private Task LimitAsync(HttpContext context, RequestDelegate next) =>
        limits.TakeForAddress(context) is { } problem ? problem.ExecuteAsync(context) : next(context);

    // What a static token says is known at once: then nothing here is kept while the route goes on.
    private Task AuthorizeAsync(HttpContext context, Scope scope, bool counted, RequestDelegate next)
    {
        var authentication = authenticator.AuthenticateAsync(context);
        return authentication.IsCompletedSuccessfully
            ? GoOnAsync(context, authentication.Result, scope, counted, next)
            : AwaitAsync(context, authentication.AsTask(), scope, counted, next);
    }

    private async Task AwaitAsync(HttpContext context, Task<Authentication> authentication, Scope scope, bool counted, RequestDelegate next) =>
        await GoOnAsync(context, await authentication, scope, counted, next);

    private Task GoOnAsync(HttpContext context, Authentication authentication, Scope scope, bool counted, RequestDelegate next)
    {
        var (caller, problem) = authentication;
        if (caller is null)
            return (limits.TakeForAddress(context) ?? problem!).ExecuteAsync(context);

        if (counted && !caller.IsAdmin && limits.TakeForUser(context, caller.Owner) is { } exceeded)
            return exceeded.ExecuteAsync(context);

        if (!caller.May(scope))
            return (scope == Scope.V2Read ? CloudControllerProblem.InsufficientScope : CloudControllerProblem.NotAuthorized).ExecuteAsync(context);

        context.Features.Set(caller);
        return next(context);
    }
}
