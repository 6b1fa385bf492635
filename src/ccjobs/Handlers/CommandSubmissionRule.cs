using System.Text.Json;
using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.AspNetCore.Auth;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Who may submit a command: whoever has one of its scopes, by default administrators (contract §2, <c>Commands:NAME:Scopes</c>).</summary>
internal sealed class CommandSubmissionRule(IOptions<CommandsOptions> commands) : ISubmissionRule
{
    private static readonly string[] Administrators = [ScopeNames.Admin];

    public string Operation => CommandRunArguments.Operation;

    public SubmissionVerdict Check(Predicate<string> hasScope, ReadOnlyMemory<byte> arguments)
    {
        // By now they are known to be readable, and the command to be configured.
        var name = JsonSerializer.Deserialize(arguments.Span, HandlerJson.Default.CommandRunArguments)!.Command!;
        var scopes = commands.Value.ByName[name].Scopes;
        return Array.Exists(scopes.Count > 0 ? [.. scopes] : Administrators, hasScope) ? SubmissionVerdict.Allowed : SubmissionVerdict.Forbidden;
    }
}
