using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.AspNetCore.RateLimits;
using CloudController.Jobs.Dashboard.SignIn;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>Stands before every page: session, limit, scope, and for forms that they are of this session; then the page, which may take two
/// seconds.</summary>
internal sealed class VisitGuard(
    Sessions sessions, RateLimiting limits, RequestBorder border, IOptions<DashboardOptions> options, TimeProvider time)
{
    /// <summary>The name of the field that forms carry their token in.</summary>
    public const string TokenField = "_form";

    private readonly TimeSpan longest = TimeSpan.FromSeconds(2) * options.Value.Patience;

    /// <summary>A page that is looked at.</summary>
    public RequestDelegate Page(Scope scope, Func<Visit, Task<Answer>> show) =>
        border.Enclose(context => VisitAsync(context, scope, isForm: false, longest, show));

    /// <summary>A form that is sent; without a scope, by whoever is signed in.</summary>
    public RequestDelegate Form(Scope? scope, Func<Visit, Task<Answer>> act) =>
        border.Enclose(context => VisitAsync(context, scope, isForm: true, longest, act));

    /// <summary>A stream that is followed as long as the client likes.</summary>
    public RequestDelegate Stream(Scope scope, Func<Visit, Task<Answer>> follow) =>
        border.Enclose(context => VisitAsync(context, scope, isForm: false, Timeout.InfiniteTimeSpan, follow));

    private async Task VisitAsync(HttpContext context, Scope? scope, bool isForm, TimeSpan limit, Func<Visit, Task<Answer>> act)
    {
        context.Response.Headers.CacheControl = "no-store";
        using var late = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            if (await EnterAsync(context, stop.Token) is not { } visit)
            {
                await LeadToSignInAsync(context);
                return;
            }

            var answer = await RefusalAsync(visit, scope, isForm) ?? await act(visit);
            await WriteAsync(visit, answer);
        }
        catch (StoreUnavailableException)
        {
            await TroubleAsync(context, "The job store is out of reach", "This page comes back as soon as the store does.");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            await TroubleAsync(context, "This took too long", "The search was stopped after two seconds. Narrow it down: by guid, resource, operation or queue.");
        }
    }

    // Without a session a page is as open as any open route.
    private Task LeadToSignInAsync(HttpContext context)
    {
        if (limits.TakeForAddress(context) is { } exceeded)
            return BarePage.TooManyAsync(context, sessions.RootOf(context), exceeded);

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = sessions.AddressFor(context);
        return Task.CompletedTask;
    }

    private async ValueTask<Visit?> EnterAsync(HttpContext context, CancellationToken stop)
    {
        if (await sessions.OpenAsync(context) is not var (session, caller))
            return null;

        context.Features.Set(caller);
        return new Visit(context, caller, sessions.RootOf(context), await sessions.FormTokenAsync(session, stop), time.GetUtcNow(), stop);
    }

    private async Task<Answer?> RefusalAsync(Visit visit, Scope? scope, bool isForm)
    {
        var caller = visit.Caller;
        if (!caller.IsAdmin && limits.TakeForUser(visit.Context, caller.Owner) is not null)
        {
            visit.Context.Response.Headers.RetryAfter = "1";
            return Notice.Of(StatusCodes.Status429TooManyRequests, "Too many requests", "Wait a moment, then load this page again.");
        }

        if (scope is { } required && !caller.May(required))
        {
            return Notice.Of(
                StatusCodes.Status403Forbidden, "Not allowed", "The token that you signed in with does not have the scope that this takes.");
        }

        return isForm && !await IsOfSessionAsync(visit)
            ? Notice.Of(StatusCodes.Status400BadRequest, "Send it again", "The form was not of this session. Go back, load the page again and repeat what you did.")
            : null;
    }

    private static async Task<bool> IsOfSessionAsync(Visit visit) =>
        SameOrigin.Holds(visit.Context.Request)
        && await PostedForm.ReadAsync(visit.Context.Request, visit.Stop) is { } form
        && FormToken.IsSame(form[TokenField].ToString(), visit.FormToken);

    private static Task WriteAsync(Visit visit, Answer answer)
    {
        var response = visit.Context.Response;
        switch (answer)
        {
            case Answer.Page page:
                response.StatusCode = page.StatusCode;
                return response.WritePageAsync(Layout.Of(visit, page), Layout.Referrer);
            case Answer.SeeOther other:
                response.StatusCode = StatusCodes.Status303SeeOther;
                response.Headers.Location = other.Address;
                return Task.CompletedTask;
            default:
                return Task.CompletedTask;
        }
    }

    private Task TroubleAsync(HttpContext context, string title, string sentence)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return BarePage.WriteAsync(context, sessions.RootOf(context), StatusCodes.Status503ServiceUnavailable, 5, title, sentence);
    }
}
