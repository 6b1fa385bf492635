namespace CloudController.Jobs.Cli.Tests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The path of a file in it.</summary>
    public static string Find(params string[] path)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "CloudController.Jobs.slnx")))
            directory = directory.Parent;
        return Path.Combine([directory!.FullName, .. path]);
    }
}
