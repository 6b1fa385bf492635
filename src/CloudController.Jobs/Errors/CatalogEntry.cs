namespace CloudController.Jobs.Errors;

/// <summary>One kind of failure that clients know by name and code, as Cloud Controller's <c>v2.yml</c> lists it.</summary>
/// <param name="Code">The number that clients compare; ours begin at 900000.</param>
/// <param name="Name">The name without <c>CF-</c>, such as <c>AppNotFound</c>.</param>
/// <param name="HttpStatus">The status of a response that carries this error: 100 to 599.</param>
/// <param name="Message">The sentence in sprintf format: <c>%s</c>, <c>%d</c>, <c>%i</c> or, by position, <c>%1$s</c> stand for an
/// argument, <c>%%</c> for a percent sign.</param>
public sealed record CatalogEntry(int Code, string Name, int HttpStatus, string Message)
{
    /// <summary>How many arguments <see cref="Message"/> takes.</summary>
    public int ArgumentCount => MessageFormat.CountArguments(Message);

    /// <summary>Fills the message. Never fails, so that an operator's own wording can't break what the program itself raises: an
    /// argument too many is left out, a missing one is empty. <see cref="ErrorCatalog.TryCreate"/> is the strict way.</summary>
    /// <param name="arguments">Texts that are taken as they are, in the order of the message.</param>
    public JobError ToError(params IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return new(Code, "CF-" + Name, MessageFormat.Fill(Message, arguments));
    }
}
