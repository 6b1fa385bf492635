namespace CloudController.Jobs.Cli.Tests;

/// <summary>Documents as the contract's §5 has them.</summary>
internal static class Documents
{
    public const string Guid = "0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21";

    public static string Job(
        string phase, string progress = "null", string errors = "[]", string warnings = "[]", string operation = "app.delete", string guid = Guid) => $$"""
        {"guid":"{{guid}}","created_at":"2026-01-31T08:00:00Z","updated_at":"2026-01-31T08:00:01Z","operation":"{{operation}}","state":"{{State(phase)}}",
        "errors":{{errors}},"warnings":{{warnings}},"links":{"self":{"href":"http://127.0.0.1/v3/jobs/{{guid}}" } },"phase":"{{phase}}","queue":"default",
        "priority":0,"attempt":1,"run":1,"max_attempts":3,"progress":{{progress}},"new_field":[1]}
        """;

    public static string Page(int total, params string[] jobs) => $$"""
        {"pagination":{"total_results":{{total}},"total_pages":1,"first":{"href":"x"},"last":{"href":"x"},"next":null,"previous":null},
        "resources":[{{string.Join(',', jobs)}}]}
        """;

    public static string Error(string title, int code, string detail) => $$"""{"errors":[{"code":{{code}},"title":"{{title}}","detail":"{{detail}}"}]}""";

    private static string State(string phase) => phase switch
    {
        "queued" or "scheduled" or "running" => "PROCESSING",
        "polling" => "POLLING",
        "finished" => "COMPLETE",
        "failed" or "cancelled" or "expired" => "FAILED",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not a phase."),
    };
}
