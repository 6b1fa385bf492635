using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using CloudController.Jobs.Cli;
using CloudController.Jobs.Cli.Commands;

var root = new RootCommand(
    "Asynchronous jobs: server and command line. Without a command, it is the server, with settings as --Key=value.\n"
    + "Exit codes: 0 done; 1 the job failed, or the server or the store said no; 2 wrong usage or setting; 3 no server answers.")
{
    ServerCommand.Create(),
    WorkerCommand.Create(),
    SubmitCommand.Create(),
    StatusCommand.Create(),
    ListCommand.Create(),
    WaitCommand.Create(),
    WhyCommand.Create(),
    AttemptsCommand.Create(),
    LogsCommand.Create(),
    ErrorsCommand.Create(),
    CancelCommand.Create(),
    RetryCommand.Create(),
    QueuesCommand.Create(),
    MigrateCommand.Create(),
    MoveCommand.Create(),
    BenchCommand.Create(),
    TortureCommand.Create(),
    TortureNodeCommand.Create(),
    CompletionCommand.Create(),
};
ServerCommand.MakeDefaultOf(root);

// An argument that begins with @ is ours to read, and a server that drains needs more than a moment.
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is ParseErrorAction)
{
    // A misspelt option makes what follows it superfluous: it is the one to name.
    return Output.Create().Refuse(parsed.Errors.OrderBy(error => error.SymbolResult is CommandResult).First().Message);
}

if (parsed.CommandResult.Command != root && parsed.RootCommandResult.Children.OfType<ArgumentResult>().FirstOrDefault() is { Tokens: [var early, ..] })
    return Output.Create().Refuse($"'{early.Value}' comes before the command; settings follow it.");

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
{
    // Commands see to the files they name; what is left is standard output, into a full disk or a closed descriptor.
    Output.Create().Error($"The result can't be written: {exception.GetBaseException().Message.TrimEnd('.')}.");
    return ExitCode.Failed;
}
