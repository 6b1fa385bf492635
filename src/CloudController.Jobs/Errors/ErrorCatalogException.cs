namespace CloudController.Jobs.Errors;

/// <summary>A catalogue file can't be used. The message is one sentence for the operator who starts the program: the file, the line, what
/// is wrong. It names a path, so it is never shown to a client.</summary>
public sealed class ErrorCatalogException : Exception
{
    /// <summary>Makes one without a message of its own.</summary>
    public ErrorCatalogException()
    {
    }

    /// <summary>Makes one that says what is wrong.</summary>
    /// <param name="message">One sentence with the file, the line and the fault.</param>
    public ErrorCatalogException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says what is wrong, with the fault underneath.</summary>
    /// <param name="message">One sentence with the file, the line and the fault.</param>
    /// <param name="innerException">What reading or parsing ran into.</param>
    public ErrorCatalogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
