using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CloudController.Jobs.Errors;

/// <summary>Reads Cloud Controller's <c>v2.yml</c> format: a mapping of codes to <c>name</c>, <c>http_code</c> and <c>message</c>. Reads the
/// parser's events as they come, so that nothing is built of what isn't wanted, and every fault has its line.</summary>
internal sealed class CatalogYamlReader(string file, TextReader text)
{
    private const int MaxNameLength = 128;
    private const int MaxShown = 128;

    private readonly Parser parser = new(text);
    private readonly List<CatalogEntry> entries = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>All entries in the order of the file. A code may stand twice under two names, as in Cloud Controller's own file.</summary>
    /// <exception cref="ErrorCatalogException">The text is no catalogue.</exception>
    public IReadOnlyList<CatalogEntry> Read()
    {
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
                throw Fault("the file is empty, it must map error codes to entries");

            if (!parser.TryConsume<MappingStart>(out _))
                throw Fault("the file must map error codes to entries");

            while (!parser.TryConsume<MappingEnd>(out _))
                ReadEntry();

            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _))
                throw Fault("a second document begins here, a catalogue is one");

            return entries;
        }
        catch (YamlException fault)
        {
            throw Fault($"this is not YAML: {fault.Message.TrimEnd('.')}", fault.Start.Line, fault);
        }
        catch (InvalidOperationException fault)
        {
            // How the parser answers some text after the end of the document.
            throw Fault("this is not YAML: text follows after its end", parser.Current?.End.Line ?? 1, fault);
        }
    }

    private void ReadEntry()
    {
        var line = Line;
        var code = ReadCode();
        if (!parser.TryConsume<MappingStart>(out _))
            throw Fault($"the entry {code} must be a mapping of name, http_code and message");

        string? name = null, message = null;
        int? status = null;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var fieldLine = Line;
            switch (ReadScalar($"a field of the entry {code}"))
            {
                case "name":
                    RequireFirst(name, "name", code, fieldLine);
                    name = ReadName(code);
                    break;
                case "http_code":
                    RequireFirst(status, "http_code", code, fieldLine);
                    status = ReadStatus(code);
                    break;
                case "message":
                    RequireFirst(message, "message", code, fieldLine);
                    message = ReadMessage(code);
                    break;
                case var unknown:
                    throw Fault($"the entry {code} has an unknown field '{Cut(unknown)}', it can have name, http_code and message", fieldLine);
            }
        }

        entries.Add(new(code, name ?? throw Missing("name"), status ?? throw Missing("http_code"), message ?? throw Missing("message")));

        ErrorCatalogException Missing(string field) => Fault($"the entry {code} has no {field}", line);
    }

    private int ReadCode()
    {
        var line = Line;
        var code = ReadScalar("an error code");
        return int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Fault($"the error code '{Cut(code)}' is not a whole number from 1 to {int.MaxValue}", line);
    }

    private string ReadName(int code)
    {
        var line = Line;
        var name = ReadScalar($"the name of {code}");
        if (name.StartsWith("CF-", StringComparison.Ordinal))
            throw Fault($"the name '{Cut(name)}' of {code} must be given without CF-, which is added where it is shown", line);

        if (name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw Fault($"the name '{Cut(name)}' of {code} must be 1 to {MaxNameLength} letters, digits, '_', '-' and '.'", line);

        return names.Add(name) ? name : throw Fault($"the name '{name}' stands twice in this file", line);
    }

    private int ReadStatus(int code)
    {
        var line = Line;
        var status = ReadScalar($"the http_code of {code}");
        return int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 100 and <= 599
            ? number
            : throw Fault($"the http_code '{Cut(status)}' of {code} is not a whole number from 100 to 599", line);
    }

    private string ReadMessage(int code)
    {
        var line = Line;
        var message = ReadScalar($"the message of {code}");
        if (string.IsNullOrWhiteSpace(message))
            throw Fault($"the message of {code} is empty", line);

        return MessageFormat.FindFault(message) is { } fault ? throw Fault($"the message of {code} {fault}", line) : message;
    }

    private string ReadScalar(string what) => parser.TryConsume<Scalar>(out var scalar)
        ? scalar.Value
        : throw Fault($"{what} must be plain text here, not a list, a mapping or an alias");

    private void RequireFirst(object? present, string field, int code, long line)
    {
        if (present is not null)
            throw Fault($"the entry {code} has its {field} twice", line);
    }

    private long Line => parser.Accept<ParsingEvent>(out var next) ? next.Start.Line : 1;

    private static string Cut(string value) => value.Length > MaxShown ? value[..MaxShown] + "…" : value;

    private ErrorCatalogException Fault(string what) => Fault(what, Line);

    private ErrorCatalogException Fault(string what, long line, Exception? cause = null)
    {
        var sentence = string.Concat($"{file}, line {line}: {what}.".Select(c => char.IsControl(c) ? ' ' : c));
        return cause is null ? new(sentence) : new(sentence, cause);
    }
}
