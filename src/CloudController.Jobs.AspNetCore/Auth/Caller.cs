using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>Whom a request's token speaks for. A route that requires a scope can have it as a parameter.</summary>
/// <param name="issuer">The token's <c>iss</c>; empty for a static token, which so never equals a JWT's, whose <c>iss</c> can't be empty.</param>
/// <param name="subject">The token's <c>sub</c>, or a static token's name.</param>
/// <param name="scopes">What the token allows.</param>
internal sealed class Caller(string issuer, string subject, IEnumerable<string> scopes)
{
    private readonly FrozenSet<string> scopes = scopes.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whose jobs are its own.</summary>
    public JobOwner Owner { get; } = new(issuer, subject);

    public bool IsAdmin => scopes.Contains(ScopeNames.Admin);

    public bool ReadsEverything => IsAdmin || scopes.Contains(ScopeNames.AdminReadOnly) || scopes.Contains(ScopeNames.GlobalAuditor);

    /// <summary>Whether the token has a scope by its name; admins have all.</summary>
    public bool Has(string scope) => IsAdmin || scopes.Contains(scope);

    /// <summary>Whether the token satisfies a route.</summary>
    public bool May(Scope scope) => scope switch
    {
        Scope.Read => ReadsEverything || scopes.Contains(ScopeNames.Read),
        Scope.ReadEverything => ReadsEverything,
        Scope.Write => Has(ScopeNames.Write),
        Scope.Worker => Has(ScopeNames.Worker),
        Scope.Admin => IsAdmin,
        Scope.V2Read => Has(ScopeNames.Read),
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "Not a scope."),
    };

    /// <summary>The caller of a request to a route that requires a scope.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The route requires no scope, so nobody was authenticated.");

    /// <summary>Binds a route handler's parameter.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => new(Of(context));
}
