namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>The name of an error of the issuer's (RFC 6749, sections 4.1.2.1 and 5.2), which anyone could have made up.</summary>
internal static class IssuerError
{
    private const int MaxLength = 64;

    /// <summary>The user, or the issuer, said no.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>As it may stand in a log.</summary>
    public static string Shown(string? error) =>
        error is { Length: > 0 and <= MaxLength } && error.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.')
            ? error
            : "one without a name";
}
