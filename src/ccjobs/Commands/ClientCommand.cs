using System.CommandLine;
using System.Runtime.InteropServices;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>What all commands that call a server have in common: which one, with what token, and what becomes of its refusal.</summary>
internal static class ClientCommand
{
    private static readonly Option<string?> Server = new("--server")
    {
        Description = $"The server; else {ServerAddress.Variable}, else {ServerAddress.Default}.",
        HelpName = "URL",
    };

    private static readonly Option<string?> Token = new("--token")
    {
        Description = $"The bearer token; else {AccessToken.Variable}, else, towards a loopback server only, the content of {AccessToken.File}.",
        HelpName = "T",
    };

    /// <summary>Makes a command call a server.</summary>
    /// <param name="command">Has its own arguments and options.</param>
    /// <param name="run">Returns the exit code; what it throws is mapped to one here.</param>
    public static Command Calls(this Command command, Func<ParseResult, JobsClient, Output, CancellationToken, Task<int>> run)
    {
        command.Add(Server);
        command.Add(Token);
        command.SetAction((parsed, cancellationToken) => CallAsync(parsed, run, cancellationToken));
        return command;
    }

    private static async Task<int> CallAsync(
        ParseResult parsed, Func<ParseResult, JobsClient, Output, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        var output = Output.Create();
        try
        {
            var server = ServerAddress.Find(parsed.GetValue(Server));
            using var http = Connect(server, AccessToken.Find(parsed.GetValue(Token), server));
            return await run(parsed, new JobsClient(http), output, stop.Token);
        }
        catch (UsageException exception)
        {
            return output.Refuse(exception.Message);
        }
        catch (JobsApiException exception)
        {
            output.Error($"The server said no: {exception.Message}");
            return ExitCode.Failed;
        }
        catch (JobsServerUnreachableException exception)
        {
            output.Error(exception.Message);
            return ExitCode.Unreachable;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            output.Error("Interrupted; the server may or may not have done what was asked.");
            return ExitCode.Interrupted;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static HttpClient Connect(Uri server, string? token)
    {
        // A redirect would take the token elsewhere, and a proxy has no business between this machine and itself.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !ServerAddress.IsLoopback(server),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        var http = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new("bearer", token);

        return http;
    }
}
