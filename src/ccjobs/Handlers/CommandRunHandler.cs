using System.ComponentModel;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Runs a configured program (contract §6): its exit code decides whether the job is done, tries again or has failed.</summary>
internal sealed class CommandRunHandler(IOptions<CommandsOptions> commands, TimeProvider time) : IJobHandler<CommandRunArguments>
{
    // EX_TEMPFAIL of sysexits.h.
    private const int TryAgain = 75;

    /// <summary>What is wrong with arguments, as far as only the settings can tell.</summary>
    public static string? Check(CommandRunArguments arguments, CommandsOptions commands) =>
        commands.ByName.ContainsKey(arguments.Command!) ? null : "arguments.command is not a configured command";

    public async Task<JobOutcome> RunAsync(CommandRunArguments arguments, JobContext job, CancellationToken stopping)
    {
        if (!commands.Value.ByName.TryGetValue(arguments.Command!, out var command))
            return JobOutcome.Failed("UnprocessableEntity", Check(arguments, commands.Value)!).Final();

        stopping.ThrowIfCancellationRequested();
        CommandProcess process;
        try
        {
            process = CommandProcess.Start(command, job, time);
        }
        catch (Win32Exception exception)
        {
            return JobOutcome.FailedInternally(
                $"The program '{command.Program}' of the command '{arguments.Command}' could not be started: {exception.Message}");
        }

        using (process)
        {
            return await process.RunAsync(arguments.Input(), stopping) switch
            {
                0 => JobOutcome.Finished(),
                TryAgain => Failed(job, TryAgain, "the command asked to be tried again"),
                var code => Failed(job, code, "the command ended with an error").Final(),
            };
        }
    }

    private static JobOutcome.Failure Failed(JobContext job, int code, string seenOutside)
    {
        job.WriteLog($"Exit code {code}.");
        return JobOutcome.Failed("UnableToPerform", CommandRunArguments.Operation, seenOutside);
    }
}
