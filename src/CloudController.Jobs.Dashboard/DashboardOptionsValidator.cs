using CloudController.Jobs.AspNetCore.Auth;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Dashboard;

internal sealed class DashboardOptionsValidator(IOptions<AuthOptions> auth) : IValidateOptions<DashboardOptions>
{
    public ValidateOptionsResult Validate(string? name, DashboardOptions options) =>
        FindFault(options) is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;

    // Of the secret nothing is shown.
    private string? FindFault(DashboardOptions options)
    {
        if (options.ClientId is { } id && !IsVisible(id))
            return $"Dashboard:ClientId is '{id}'; it can be visible ASCII characters, as the issuer knows the dashboard.";

        if (options.ClientSecret is { } secret && !IsVisible(secret))
            return "Dashboard:ClientSecret is empty or has a character that can't be sent; it can have visible ASCII characters, no spaces.";

        if (options.Scopes.FirstOrDefault(scope => !IsVisible(scope) || scope.AsSpan().ContainsAny('"', '\\')) is { } bad)
            return $"Dashboard:Scopes has '{bad}'; a scope can be visible ASCII characters, no spaces, such as {ScopeNames.Read}.";

        if (options.ClientId is null)
        {
            return options.ClientSecret is null && options.Scopes.Count == 0
                ? null
                : "Dashboard:ClientId is not set, but Dashboard:ClientSecret or Dashboard:Scopes is; it can be the client that they belong to.";
        }

        return auth.Value.Authority is null
            ? "Dashboard:ClientId is set, but Auth:Authority is not; it can be the url of the issuer that people sign in at."
            : null;
    }

    private static bool IsVisible(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
