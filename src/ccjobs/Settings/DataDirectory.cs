namespace CloudController.Jobs.Cli.Settings;

/// <summary>The directory of everything that this process keeps.</summary>
internal sealed record DataDirectory(string Path)
{
    public const string Default = "./data";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes it, for its owner alone, if it is not there, and finds out whether this program may write to it.</summary>
    /// <exception cref="UsageException">It can't be made or written to.</exception>
    public void Prepare()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Path);
            else
                Directory.CreateDirectory(Path, OwnerOnly);

            var probe = PathOf(System.IO.Path.GetRandomFileName());
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"DataDirectory is '{Path}'; it can be a directory that this program may make and write to.");
        }
    }
}
