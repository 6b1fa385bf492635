using System.Reflection;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.RateLimits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Info;

/// <summary>What this server says of itself.</summary>
internal sealed class ServerInfo(Links links, IOptions<AuthOptions> auth, IOptions<RateLimitOptions> limits)
{
    public const string Name = "CloudController.Jobs";
    public const string Description = "Asynchronous jobs as Cloud Controller has them";

    // The Cloud Controller whose jobs these are; clients compare them with the oldest that they work with.
    public const string V2Version = "2.293.0";
    public const string V3Version = "3.228.0";

    public static string Build { get; } =
        typeof(ServerInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public RateLimitOptions Limits => limits.Value;

    /// <summary>This server as the client reaches it, without a slash at the end.</summary>
    public string Base(HttpContext context) => links.Base(context);

    /// <summary>Who gives tokens: the configured authority, else this server, which at least answers.</summary>
    public string LoginServer(HttpContext context) => auth.Value.Authority?.TrimEnd('/') ?? Base(context);
}
