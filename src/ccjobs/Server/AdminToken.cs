using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Server;

/// <summary>The token that a server makes for its owner where no other is configured. It stands in one file that only its owner can read; the
/// server itself knows no more than its hash.</summary>
internal static class AdminToken
{
    private const string FileName = "admin-token";
    private const string Name = "admin";
    private const int Bytes = 32;
    private const int ShortestLength = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whoever makes the token is through by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether the settings leave nobody who could sign in.</summary>
    public static bool IsNeeded(IConfiguration configuration) =>
        !configuration.GetSection("Auth:Tokens").GetChildren().Any()
        && configuration["Auth:Authority"] is null
        && configuration["Auth:SigningKeyFile"] is null;

    public static string PathIn(DataDirectory directory) => directory.PathOf(FileName);

    /// <summary>The token of the data directory as the server knows it; made where there is none.</summary>
    /// <exception cref="UsageException">The file holds no token, or can't be read.</exception>
    public static HashedToken Find(DataDirectory directory)
    {
        var path = PathIn(directory);
        try
        {
            if (!File.Exists(path))
                Create(path);

            var token = File.ReadAllText(path).Trim();
            var isToken = token.Length >= ShortestLength && !token.AsSpan().ContainsAnyExceptInRange('!', '~');
            return isToken
                ? new HashedToken(SHA256.HashData(Encoding.ASCII.GetBytes(token)), Name, [ScopeNames.Admin])
                : throw new UsageException($"{path} holds no token; without the file a new one is made.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be read or made: {exception.Message}");
        }
    }

    // Whole or not at all: written beside its place, then moved there. One at a time, for a move may take the place of what has just come there.
    private static void Create(string path)
    {
        using var turn = TakeTurn($"{path}.lock");
        if (File.Exists(path))
            return;

        var draft = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;

        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes))));
            file.Write("\n"u8);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: false);
    }

    // A file that one process or thread has open at a time; a process that dies lets go of it.
    private static FileStream TakeTurn(string path)
    {
        FileStream? turn = null;
        SpinWait.SpinUntil(() => TryOpen(path, out turn), Patience);
        return turn ?? Open(path);
    }

    private static bool TryOpen(string path, [NotNullWhen(true)] out FileStream? opened)
    {
        try
        {
            opened = Open(path);
            return true;
        }
        catch (IOException)
        {
            opened = null;
            return false;
        }
    }

    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        Options = FileOptions.DeleteOnClose,
    });
}
