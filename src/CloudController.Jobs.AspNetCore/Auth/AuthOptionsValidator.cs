using CloudController.Jobs.AspNetCore.Auth.Jwt;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Auth;

internal sealed class AuthOptionsValidator : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var fault = options.Tokens.Select(FindFault).FirstOrDefault(found => found is not null)
            ?? FindTwice(options)
            ?? FindFault(options.Authority)
            ?? (string.IsNullOrWhiteSpace(options.Audience) ? "Auth:Audience is empty; it is the text that must stand in a token's aud." : null)
            ?? (options.SigningKeyFile is { } file ? SigningKey.FindFault(file) : null);
        return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(fault);
    }

    // Of a token itself nothing is shown.
    private static string? FindFault(StaticToken token, int index)
    {
        if (token.Token.Length == 0)
            return $"Auth:Tokens:{index}:Token is empty; it can be 1 or more visible ASCII characters.";

        if (token.Token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return $"Auth:Tokens:{index}:Token has a character that can't be sent; it can have visible ASCII characters, no spaces.";

        if (string.IsNullOrWhiteSpace(token.Name))
            return $"Auth:Tokens:{index}:Name is empty; it can be any text that no other token has.";

        return token.Scopes.FirstOrDefault(scope => scope.Length == 0 || scope.AsSpan().ContainsAnyExceptInRange('!', '~')) is { } bad
            ? $"Auth:Tokens:{index}:Scopes has '{bad}'; a scope can be visible ASCII characters, no spaces, such as {ScopeNames.Read}."
            : null;
    }

    private static string? FindTwice(AuthOptions options)
    {
        var names = options.Tokens.Select(token => token.Name).Concat(options.HashedTokens.Select(token => token.Name));
        if (names.CountBy(name => name, StringComparer.Ordinal).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            return $"Auth:Tokens has two tokens with the Name '{twice}'; names are unique.";

        return options.Tokens.CountBy(token => token.Token, StringComparer.Ordinal).Any(token => token.Value > 1)
            ? "Auth:Tokens has the same Token twice; one token has one name."
            : null;
    }

    private static string? FindFault(string? authority)
    {
        if (authority is null)
            return null;

        return Uri.TryCreate(authority, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            && url is { Query: "", Fragment: "", UserInfo: "" }
            ? null
            : $"Auth:Authority is '{authority}'; it can be an https url, or an http url on a loopback address.";
    }
}
