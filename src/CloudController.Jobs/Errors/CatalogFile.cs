using System.Text;

namespace CloudController.Jobs.Errors;

/// <summary>Reads an operator's catalogue file (setting <c>Errors:CatalogFiles</c>), which is bounded before it is parsed.</summary>
internal static class CatalogFile
{
    /// <summary>Cloud Controller's own file has some 35 KiB.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const char ByteOrderMark = (char)0xFEFF;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ErrorCatalogException">The file is missing, can't be read, is too large or is no catalogue.</exception>
    public static IReadOnlyList<CatalogEntry> Read(string path)
    {
        using var text = new StringReader(ReadText(path));
        return new CatalogYamlReader(path, text).Read();
    }

    private static string ReadText(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                throw new ErrorCatalogException($"{path}: the error catalogue is larger than {MaxBytes / 1024 / 1024} MiB.");

            return StrictUtf8.GetString(bytes, 0, length).TrimStart(ByteOrderMark);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ErrorCatalogException($"{path}: the error catalogue doesn't exist.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException and not DecoderFallbackException)
        {
            throw new ErrorCatalogException($"{path}: the error catalogue can't be read: {fault.Message}", fault);
        }
        catch (DecoderFallbackException fault)
        {
            throw new ErrorCatalogException($"{path}: the error catalogue is not UTF-8 text.", fault);
        }
    }
}
