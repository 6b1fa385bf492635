namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>The static tokens that a <see cref="JobsHost"/> knows unless a test brings its own: each is called as its owner is.</summary>
internal static class Tokens
{
    public const string Admin = "admin";
    public const string Writer = "writer";
    public const string OtherWriter = "other-writer";
    public const string Reader = "reader";
    public const string AdminReadOnly = "admin-read-only";
    public const string Auditor = "auditor";
    public const string Worker = "worker";
    public const string Nobody = "nobody";

    private static readonly (string Token, string[] Scopes)[] All =
    [
        (Admin, ["cloud_controller.admin"]),
        (Writer, ["cloud_controller.read", "cloud_controller.write"]),
        (OtherWriter, ["cloud_controller.read", "cloud_controller.write"]),
        (Reader, ["cloud_controller.read"]),
        (AdminReadOnly, ["cloud_controller.admin_read_only"]),
        (Auditor, ["cloud_controller.global_auditor"]),
        (Worker, ["ccjobs.worker"]),
        (Nobody, ["openid"]),
    ];

    public static IEnumerable<KeyValuePair<string, string?>> Settings => All.SelectMany((token, index) => token.Scopes
        .Select((scope, at) => KeyValuePair.Create<string, string?>($"Auth:Tokens:{index}:Scopes:{at}", scope))
        .Append(new($"Auth:Tokens:{index}:Token", token.Token))
        .Append(new($"Auth:Tokens:{index}:Name", token.Token)));
}
