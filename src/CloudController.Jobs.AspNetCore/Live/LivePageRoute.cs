using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Following;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.AspNetCore.V2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Live;

/// <summary><c>GET /jobs/:guid</c>: a page that follows a job, for whoever has its link (contract §5). What v2 says, in its order of questions, and
/// nothing else; where v2 needs a token, the page needs one or a sign-in.</summary>
internal sealed class LivePageRoute(OpenJobs jobs, LivePage page, Authenticator authenticator, IServiceProvider services, IOptions<V2Options> options)
{
    private const string Files = "/jobs/assets";

    private readonly bool needsSignIn = options.Value.RequiresToken;
    private readonly bool hidesUnknown = options.Value.HidesUnknownGuids;
    private readonly IPageSignIn? signIn = services.GetService<IPageSignIn>();

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/jobs/{guid}", [HttpMethods.Get, HttpMethods.Head], GetAsync);
        foreach (var asset in (StaticAsset[])[PageAssets.Style, PageAssets.LiveScript, PageAssets.Icon])
            asset.Map(routes, Files);
    }

    private async Task GetAsync(HttpContext context)
    {
        if (!needsSignIn || await IsAllowedAsync(context))
            await ShowAsync(context);
    }

    private async Task ShowAsync(HttpContext context)
    {
        var (response, folder) = (context.Response, FolderOf(context.Request));
        if (await jobs.FindAsync(context) is not { } job)
        {
            await RefuseAsync(response, hidesUnknown ? StatusCodes.Status200OK : StatusCodes.Status404NotFound, LivePage.NotHeld(folder));
            return;
        }

        if (jobs.IsKnown(context, job))
            response.SetPageHeaders();
        else
            await response.WritePageAsync(page.Of(job, jobs.AskAgainAfter(job), JobTag.Of(job), folder));
    }

    private async Task<bool> IsAllowedAsync(HttpContext context)
    {
        var caller = context.Request.Headers.Authorization.Count > 0
            ? (await authenticator.AuthenticateAsync(context)).Caller
            : signIn is null ? null : await signIn.FindAsync(context);
        if (caller is not null && caller.May(Scope.V2Read))
            return true;

        var (response, folder) = (context.Response, FolderOf(context.Request));
        response.Headers.CacheControl = "no-store";
        if (caller is not null)
            await RefuseAsync(response, StatusCodes.Status403Forbidden, LivePage.NotAllowed(folder));
        else if (signIn is not null)
            response.Redirect(signIn.AddressFor(context));
        else
            await RefuseAsync(response, StatusCodes.Status401Unauthorized, LivePage.SignInNeeded(folder));
        return false;
    }

    private static Task RefuseAsync(HttpResponse response, int status, Html shown)
    {
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        return response.WritePageAsync(shown);
    }

    // Below whatever path the routes were mapped.
    private static string FolderOf(HttpRequest request)
    {
        var path = (request.PathBase + request.Path).ToUriComponent().TrimEnd('/');
        return path[..path.LastIndexOf('/')] + "/assets";
    }
}
