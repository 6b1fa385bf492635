namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>Whose bearer tokens are taken: section <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Static tokens; none by default.</summary>
    public IList<StaticToken> Tokens { get; } = [];

    /// <summary>Static tokens of which only the hash is known, such as a generated one. Set in code, not by configuration.</summary>
    public IList<HashedToken> HashedTokens { get; } = [];

    /// <summary>Base url of a UAA or any OpenID Connect issuer, whose JWTs are taken; its keys are read from
    /// <c>/.well-known/openid-configuration</c>. <c>https</c>, or <c>http</c> on a loopback address. By default none.</summary>
    public string? Authority { get; set; }

    /// <summary>What must stand in a JWT's <c>aud</c>; by default <c>cloud_controller</c>.</summary>
    public string Audience { get; set; } = "cloud_controller";

    /// <summary>File with the key that JWTs are signed with, instead of the keys the authority publishes: a PEM public key (RSA or EC) or X.509
    /// certificate, or else, as it stands but for white space at the end, an HMAC secret of at least 32 bytes. With it and no authority any issuer is
    /// taken; with both, the authority itself and, as UAA has it, <c>AUTHORITY/oauth/token</c>. By default none.</summary>
    public string? SigningKeyFile { get; set; }

    /// <summary>How many times longer than usual the authority is waited for: tests run where the machine stands still for seconds.</summary>
    internal int Patience { get; set; } = 1;
}

/// <summary>A bearer token that an operator wrote down.</summary>
public sealed class StaticToken
{
    /// <summary>What clients send after <c>bearer</c>: visible ASCII characters, no spaces.</summary>
    public string Token { get; set; } = "";

    /// <summary>Whom it speaks for, unique among the tokens: the owner of the jobs that are submitted with it.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it allows: see <see cref="ScopeNames"/>; a command may ask for scopes of its own.</summary>
    public IList<string> Scopes { get; } = [];
}

/// <summary>A bearer token of which only the hash is known.</summary>
/// <param name="Sha256">SHA-256 of its UTF-8 bytes: 32 bytes.</param>
/// <param name="Name">Whom it speaks for, unique among the tokens.</param>
/// <param name="Scopes">What it allows: see <see cref="ScopeNames"/>.</param>
public sealed record HashedToken(ReadOnlyMemory<byte> Sha256, string Name, IReadOnlyList<string> Scopes);
