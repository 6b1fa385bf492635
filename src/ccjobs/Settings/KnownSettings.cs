using System.Globalization;

namespace CloudController.Jobs.Cli.Settings;

/// <summary>Every key of the contract's table of settings (§2) that this version has, and those of the framework that are let through.</summary>
internal static class KnownSettings
{
    public static IReadOnlyList<KnownSetting> All { get; } =
    [
        Text("Urls"),
        Text("DataDirectory", "a directory"),
        Choice("Store", "sqlite", "postgres"),
        Text("ConnectionString"),
        Switch("AutoMigrate"),
        Text("TimeZone", "UTC or a zone that this system knows, such as America/Los_Angeles"),
        Text("ExternalUrl", "an http or https url without query, such as https://api.example.org"),
        Text("TrustedProxies:N", "an address or a network, such as 192.0.2.1 or 10.0.0.0/8"),

        Switch("Worker:Enabled"),
        Text("Worker:Queues:N", "the name of a queue, optionally followed by =weight"),
        Whole("Worker:Concurrency"),
        Whole("Worker:LeaseSeconds"),
        Whole("Worker:DrainTimeoutSeconds"),

        Whole("Jobs:DefaultTimeoutSeconds"),
        Whole("Jobs:DefaultMaxAttempts"),
        Whole("Jobs:MaxLostRuns"),
        Whole("Jobs:MaxArgumentsBytes"),
        Whole("Jobs:MaxOpenPerOwner"),
        Whole("Jobs:FinishedRetentionSeconds"),
        Whole("Jobs:FailedRetentionSeconds"),
        Choice("Jobs:UnknownGuid", "finished", "notFound"),
        Choice("Jobs:V2Authentication", "none", "required"),

        Text("Errors:CatalogFiles:N", "a file in the format of Cloud Controller's v2.yml"),

        Text("Auth:Tokens:N:Token"),
        Text("Auth:Tokens:N:Name", "any text that no other token has"),
        Text("Auth:Tokens:N:Scopes:N", "the name of a scope, such as cloud_controller.read"),
        Text("Auth:Authority", "an https url, or an http url on a loopback address"),
        Text("Auth:Audience", "the name that the issuer knows this server by"),
        Text("Auth:SigningKeyFile", "a file with a public key, a certificate or a secret"),

        Text("Dashboard:ClientId", "the client that the issuer knows the dashboard as"),
        Text("Dashboard:ClientSecret"),
        Text("Dashboard:Scopes:N", "the name of a scope, such as cloud_controller.read"),

        Switch("RateLimit:Enabled"),
        Whole("RateLimit:OpenPerSecond"),
        Whole("RateLimit:UserPerSecond"),

        Text("Http:AllowedHosts:N"),
        Switch("Http:AllowPrivateNetworks"),

        Text("Callbacks:SigningKey", "any text of 16 characters or more, at random"),

        Text("Commands:NAME:Program"),
        Text("Commands:NAME:Arguments:N"),
        Text("Commands:NAME:Scopes:N", "the name of a scope, such as cloud_controller.write"),

        Choice("Logging:LogLevel:NAME", Levels),
        Choice("Logging:Console:LogLevel:NAME", Levels),
        Choice("Logging:Console:LogToStandardErrorThreshold", Levels),
        Choice("Logging:Console:FormatterName", "simple", "json", "systemd"),
        Switch("Logging:Console:FormatterOptions:IncludeScopes"),
        Switch("Logging:Console:FormatterOptions:SingleLine"),
        Switch("Logging:Console:FormatterOptions:UseUtcTimestamp"),
        Text("Logging:Console:FormatterOptions:TimestampFormat"),

        Text("Kestrel:Certificates:Default:Path"),
        Text("Kestrel:Certificates:Default:KeyPath"),
        Text("Kestrel:Certificates:Default:Password"),
    ];

    private static string[] Levels => Enum.GetNames<LogLevel>();

    private static KnownSetting Text(string key) => new(key, "a text", static _ => true);

    // An empty text is no way to say "none": a variable that a script forgot to fill must not pass for a default.
    private static KnownSetting Text(string key, string allowed) => new(key, allowed, static value => !string.IsNullOrWhiteSpace(value));

    private static KnownSetting Switch(string key) => new(key, "true or false", static value => bool.TryParse(value, out _));

    private static KnownSetting Whole(string key) => new(key, "a whole number", static value =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));

    private static KnownSetting Choice(string key, params string[] values) => new(key, string.Join(" or ", values), value =>
        values.Contains(value, StringComparer.OrdinalIgnoreCase));
}
