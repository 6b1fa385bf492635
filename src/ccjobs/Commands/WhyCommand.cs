using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs why</c>: why a job waits, or what it does.</summary>
internal static class WhyCommand
{
    private static readonly Argument<string> Guid = GuidArgument.One();

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints what the server answers.");

    public static Command Create() =>
        new Command("why", "Says why a job waits or what it does, and when it will likely end.") { Guid, Json }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var explanation = await client.ExplainAsync(parsed.GetRequiredValue(Guid), cancellationToken);
        if (parsed.GetValue(Json))
            output.Json(explanation.Json);
        else
            Show(explanation, output);

        return ExitCode.Done;
    }

    private static void Show(ExplanationDocument explanation, Output output)
    {
        const string Estimate = "likely end";
        var width = explanation.Causes.Select(cause => cause.Code.Length).Append(explanation.Estimate is null ? 0 : Estimate.Length).Max();
        foreach (var cause in explanation.Causes)
            output.Line($"{cause.Code.PadRight(width)}  {cause.Detail}");
        if (explanation.Estimate is { } estimate)
            output.Line($"{Estimate.PadRight(width)}  {JobText.Time(estimate.Start)} to {JobText.Time(estimate.End)}, in four of five cases.");
    }
}
