using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.Dashboard.Visits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Signs in with a token, and out.</summary>
internal sealed class SignInRoutes(Sessions sessions, SignInAnswers answers, RateLimiting limits, RequestBorder border)
{
    public void Map(IEndpointRouteBuilder dashboard)
    {
        dashboard.MapMethods("/sign-in", [HttpMethods.Get, HttpMethods.Head], border.Enclose(ShowAsync)).ExcludeFromDescription();
        dashboard.MapPost("/sign-in", border.Enclose(SignInAsync)).ExcludeFromDescription();
    }

    /// <summary>Ends the session of a visit.</summary>
    public Task<Answer> SignOutAsync(Visit visit)
    {
        sessions.SignOut(visit.Context);
        return Task.FromResult<Answer>(new Answer.SeeOther($"{visit.Root}/sign-in"));
    }

    private Task ShowAsync(HttpContext context)
    {
        if (limits.TakeForAddress(context) is { } exceeded)
            return BarePage.TooManyAsync(context, sessions.RootOf(context), exceeded);

        var to = ReturnAddress.Inside(context.Request.Query["to"].ToString(), sessions.RootOf(context));
        return answers.PageAsync(context, to);
    }

    private async Task SignInAsync(HttpContext context)
    {
        // Whoever tries tokens is slowed down as on the API.
        if (limits.TakeForAddress(context) is { } exceeded)
        {
            await BarePage.TooManyAsync(context, sessions.RootOf(context), exceeded);
            return;
        }

        var (request, response, root) = (context.Request, context.Response, sessions.RootOf(context));
        if (!SameOrigin.Holds(request) || await PostedForm.ReadAsync(request, context.RequestAborted) is not { } form)
        {
            await answers.ProblemAsync(context, root, SignInProblem.ForeignForm);
            return;
        }

        var (token, to) = (form["token"].ToString().Trim(), ReturnAddress.Inside(form["to"].ToString(), root));
        if (await sessions.SignInAsync(context, token) is { } problem)
        {
            await answers.ProblemAsync(context, to, problem);
            return;
        }

        response.Headers.CacheControl = "no-store";
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = to;
    }
}
