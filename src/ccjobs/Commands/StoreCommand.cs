using CloudController.Jobs.Cli.Server;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>What the commands that open a store themselves have in common: what stops them is said in one sentence.</summary>
internal static class StoreCommand
{
    public static async Task<int> RunAsync(Func<Output, Task<int>> run)
    {
        var output = Output.Create();
        try
        {
            return await run(output);
        }
        catch (Exception exception) when (StartFailure.Of(exception) is { } failure)
        {
            output.Error(failure.Sentence);
            return failure.ExitCode;
        }
    }
}
