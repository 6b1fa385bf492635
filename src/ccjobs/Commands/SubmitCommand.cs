using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs submit</c>: submits a job and prints its guid.</summary>
internal static class SubmitCommand
{
    private static readonly Argument<string> Operation = NameArgument.Create("OPERATION", "What to do, such as app.delete.");

    private static readonly Option<string?> Arguments = new("--arguments")
    {
        Description = "JSON for the operation: on the command line, in a file (@file), or on standard input (-).",
        HelpName = "JSON|@file|-",
    };

    private static readonly Option<string?> Queue = new("--queue") { Description = "The queue, by default 'default'.", HelpName = "Q" };

    private static readonly Option<int?> Priority = NumberOption.Create(
        "--priority", "-1000 to 1000, by default 0; the smaller runs first, and below 0 is for administrators.", -1_000, 1_000);

    private static readonly Option<DateTimeOffset?> RunAt = TimeOption.Create("--run-at", "The earliest start", TimeProvider.System);

    private static readonly Option<DateTimeOffset?> ExpiresAt = TimeOption.Create(
        "--expires-at", "By when it must have started first", TimeProvider.System);

    private static readonly Option<int?> MaxAttempts = NumberOption.Create("--max-attempts", "1 to 100.", 1, 100);

    private static readonly Option<int?> Timeout = NumberOption.Create("--timeout", "How many seconds an attempt may run.", 1, int.MaxValue, "S");

    private static readonly Option<string?> IdempotencyKey = new("--idempotency-key")
    {
        Description = "The same key with the same job again gives the job of the first time.",
        HelpName = "K",
    };

    private static readonly Option<string[]> Label = new("--label")
    {
        Description = "A label, to list by; can be repeated.",
        HelpName = "key=value",
    };

    private static readonly Option<string?> CallbackUrl = new("--callback-url")
    {
        Description = "Where the server POSTs the job once it has ended.",
        HelpName = "URL",
    };

    private static readonly Option<bool> Wait = FlagOption.Create("--wait", "Follows the job until its end: exit 0 if it finished, 1 if it failed.");

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints the job as the server shows it, at its end if followed.");

    public static Command Create() => new Command("submit", "Submits a job and prints its guid.")
    {
        Operation, Arguments, Queue, Priority, RunAt, ExpiresAt, MaxAttempts, Timeout, IdempotencyKey, Label, CallbackUrl, Wait, Json,
    }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var key = parsed.GetValue(IdempotencyKey);
        if (key is not null && (key.Length is 0 or > 255 || key.Any(character => character is < ' ' or > '~')))
            throw new UsageException("--idempotency-key can be 1 to 255 printable ASCII characters.");

        var asJson = parsed.GetValue(Json);
        var waits = parsed.GetValue(Wait);
        var job = await client.SubmitAsync(await ReadAsync(parsed, cancellationToken), key, cancellationToken);
        if (!asJson)
            output.Line(job.Guid);
        else if (!waits)
            output.Json(job.Json);

        return waits ? await new Following(client, output).RunAsync(job.Guid, asJson, cancellationToken) : ExitCode.Done;
    }

    private static async Task<JobSubmission> ReadAsync(ParseResult parsed, CancellationToken cancellationToken) => new(parsed.GetRequiredValue(Operation))
    {
        Queue = parsed.GetValue(Queue),
        Priority = parsed.GetValue(Priority),
        RunAt = parsed.GetValue(RunAt),
        ExpiresAt = parsed.GetValue(ExpiresAt),
        MaxAttempts = parsed.GetValue(MaxAttempts),
        TimeoutSeconds = parsed.GetValue(Timeout),
        Metadata = parsed.GetValue(Label) is { Length: > 0 } labels ? new(Labels.Parse("--label", labels)) : null,
        CallbackUrl = parsed.GetValue(CallbackUrl),
        Arguments = parsed.GetValue(Arguments) is { } json ? await JsonInput.ReadAsync("--arguments", json, cancellationToken) : null,
    };
}
