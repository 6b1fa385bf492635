using CloudController.Jobs.AspNetCore.Auth;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Pages;

/// <summary>Who is signed in on pages, and where to sign in; only an app that has the dashboard has one.</summary>
internal interface IPageSignIn
{
    /// <summary>Who a request's session speaks for; <see langword="null"/>: nobody is signed in.</summary>
    ValueTask<Caller?> FindAsync(HttpContext context);

    /// <summary>Where to sign in, to come back to what the request asked for.</summary>
    string AddressFor(HttpContext context);
}
