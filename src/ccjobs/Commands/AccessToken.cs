namespace CloudController.Jobs.Cli.Commands;

/// <summary>With what token a client command calls.</summary>
internal static class AccessToken
{
    public const string Variable = "CCJOBS_TOKEN";
    public const string File = "./data/admin-token";

    /// <summary>The token; <see langword="null"/> if there is none.</summary>
    /// <exception cref="UsageException">It could not be sent or read.</exception>
    public static string? Find(string? option, Uri server)
    {
        if (option is not null)
            return Check("--token", option);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } token)
            return Check(Variable, token);

        return ServerAddress.IsLoopback(server) && System.IO.File.Exists(File) ? Check(File, Read()) : null;
    }

    private static string Read()
    {
        try
        {
            return System.IO.File.ReadAllText(File).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{File} can't be read; give the token with --token or {Variable}.");
        }
    }

    private static string Check(string source, string token)
    {
        if (token.Length == 0 || token.Any(character => character is <= ' ' or > '~'))
            throw new UsageException($"{source} holds no token; one is printable ASCII without spaces.");

        return token;
    }
}
