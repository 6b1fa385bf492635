using System.Text;
using System.Text.RegularExpressions;
using CloudController.Jobs.Errors;
using CsCheck;

namespace CloudController.Jobs.Tests.Errors;

public sealed class CatalogFileTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("ccjobs-catalogue-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void An_entry_with_a_new_name_and_code_is_added()
    {
        var catalog = ErrorCatalog.BuiltIn.With([Write("910001:\n  name: InvoiceUnpaid\n  http_code: 402\n  message: \"%s owes %d EUR.\"\n")]);

        Assert.True(catalog.TryCreate("InvoiceUnpaid", ["acme", "12"], out var error, out _));
        Assert.Equal(new JobError(910001, "CF-InvoiceUnpaid", "acme owes 12 EUR."), error);
        Assert.Equal(ErrorCatalog.BuiltIn.Entries.Count + 1, catalog.Entries.Count);
        Assert.False(ErrorCatalog.BuiltIn.TryFind("InvoiceUnpaid", out _));
    }

    [Fact]
    public void An_entry_with_a_known_name_and_code_replaces_it()
    {
        var catalog = ErrorCatalog.BuiltIn.With([Write("290006:\n  name: JobTimeout\n  http_code: 504\n  message: Too slow.\n")]);

        Assert.Equal(new JobError(290006, "CF-JobTimeout", "Too slow."), WellKnownErrors.JobTimeout(catalog));
        Assert.True(catalog.TryFindCode(290006, out var entry));
        Assert.Equal(504, entry.HttpStatus);
        Assert.Equal(ErrorCatalog.BuiltIn.Entries.Count, catalog.Entries.Count);
    }

    [Fact]
    public void A_known_name_takes_its_new_code_with_it()
    {
        var catalog = ErrorCatalog.BuiltIn.With([Write("910002:\n  name: AppNotFound\n  http_code: 404\n  message: No app %s here.\n")]);

        Assert.True(catalog.TryCreate("AppNotFound", ["a"], out var error, out _));
        Assert.Equal(new JobError(910002, "CF-AppNotFound", "No app a here."), error);
        Assert.False(catalog.TryFindCode(100004, out _));
    }

    [Fact]
    public void A_known_code_goes_to_its_new_name_and_the_old_name_can_still_be_used()
    {
        var catalog = ErrorCatalog.BuiltIn.With([Write("290006:\n  name: TooSlow\n  http_code: 504\n  message: Too slow.\n")]);

        Assert.True(catalog.TryFindCode(290006, out var entry));
        Assert.Equal("TooSlow", entry.Name);
        Assert.Equal("CF-JobTimeout", WellKnownErrors.JobTimeout(catalog).Title);
    }

    [Fact]
    public void An_engine_error_worded_with_an_argument_is_still_filled()
    {
        var catalog = ErrorCatalog.BuiltIn.With([Write("900001:\n  name: JobCancelled\n  http_code: 422\n  message: \"Cancelled %s.\"\n")]);

        Assert.Equal("Cancelled .", WellKnownErrors.JobCancelled(catalog).Detail);
    }

    [Fact]
    public void Of_several_files_the_last_wins()
    {
        var first = Write("910001:\n  name: Some\n  http_code: 400\n  message: first\n");
        var second = Write("910001:\n  name: Some\n  http_code: 400\n  message: second\n");

        Assert.True(ErrorCatalog.BuiltIn.With([first, second]).TryFind("Some", out var entry));
        Assert.Equal("second", entry.Message);
    }

    [Fact]
    public void No_files_change_nothing() => Assert.Same(ErrorCatalog.BuiltIn, ErrorCatalog.BuiltIn.With([]));

    [Theory]
    // All the ways in which YAML may spell the same entry.
    [InlineData("---\n910001:\n  name: Some\n  http_code: 400\n  message: some text\n")]
    [InlineData("\ufeff# comment\n910001: {message: 'some text', http_code: \"400\", name: Some}\n")]
    [InlineData("{\"910001\": {\"name\": \"Some\", \"http_code\": 400, \"message\": \"some text\"}}")]
    [InlineData("910001:\r\n  name: Some\r\n  http_code: 400\r\n  message: some\r\n    text\r\n")]
    [InlineData("910001:\n  name: Some\n  http_code: 400\n  message: >-\n    some\n    text\n...\n")]
    public void Every_spelling_of_YAML_is_read(string yaml) =>
        Assert.Equal([new CatalogEntry(910001, "Some", 400, "some text")], CatalogFile.Read(Write(yaml)));

    [Fact]
    public void A_code_may_stand_twice_under_two_names()
    {
        // As 60003 and 290013 do in Cloud Controller's own file (facts §4).
        var catalog = ErrorCatalog.BuiltIn.With([Write(
            "910001:\n  name: Former\n  http_code: 400\n  message: a\n910001:\n  name: Later\n  http_code: 400\n  message: b\n")]);

        Assert.True(catalog.TryFindCode(910001, out var entry));
        Assert.Equal("Later", entry.Name);
        Assert.True(catalog.TryFind("Former", out _));
    }

    [Theory]
    [InlineData("", "line 1: the file is empty, it must map error codes to entries.")]
    [InlineData("# nothing\n", "line 2: the file is empty, it must map error codes to entries.")]
    [InlineData("- 1\n", "line 1: the file must map error codes to entries.")]
    [InlineData("text\n", "line 1: the file must map error codes to entries.")]
    [InlineData("1: text\n", "line 1: the entry 1 must be a mapping of name, http_code and message.")]
    [InlineData("1:\n  - name: A\n", "line 2: the entry 1 must be a mapping of name, http_code and message.")]
    [InlineData("1: &a {name: A, http_code: 400, message: m}\n2: *a\n", "line 2: the entry 2 must be a mapping of name, http_code and message.")]
    [InlineData("one:\n  name: A\n", "line 1: the error code 'one' is not a whole number from 1 to 2147483647.")]
    [InlineData("0: {}\n", "line 1: the error code '0' is not a whole number from 1 to 2147483647.")]
    [InlineData("-1: {}\n", "line 1: the error code '-1' is not a whole number from 1 to 2147483647.")]
    [InlineData("2147483648: {}\n", "line 1: the error code '2147483648' is not a whole number from 1 to 2147483647.")]
    [InlineData("[1]: {}\n", "line 1: an error code must be plain text here, not a list, a mapping or an alias.")]
    [InlineData("\n7:\n  http_code: 400\n  message: m\n", "line 2: the entry 7 has no name.")]
    [InlineData("7:\n  name: A\n  message: m\n", "line 1: the entry 7 has no http_code.")]
    [InlineData("7:\n  name: A\n  http_code: 400\n", "line 1: the entry 7 has no message.")]
    [InlineData("7:\n  name: CF-A\n", "line 2: the name 'CF-A' of 7 must be given without CF-, which is added where it is shown.")]
    [InlineData("7:\n  name:\n", "line 2: the name '' of 7 must be 1 to 128 letters, digits, '_', '-' and '.'.")]
    [InlineData("7:\n  name: A B\n", "line 2: the name 'A B' of 7 must be 1 to 128 letters, digits, '_', '-' and '.'.")]
    [InlineData("7:\n  name: [A]\n", "line 2: the name of 7 must be plain text here, not a list, a mapping or an alias.")]
    [InlineData("7:\n  http_code: 99\n", "line 2: the http_code '99' of 7 is not a whole number from 100 to 599.")]
    [InlineData("7:\n  http_code: 600\n", "line 2: the http_code '600' of 7 is not a whole number from 100 to 599.")]
    [InlineData("7:\n  http_code: teapot\n", "line 2: the http_code 'teapot' of 7 is not a whole number from 100 to 599.")]
    [InlineData("7:\n  message: \" \"\n", "line 2: the message of 7 is empty.")]
    [InlineData("7:\n  message: \"%x\"\n", "line 2: the message of 7 has '%x', which is none of the formats %s, %d, %i, %1$s and %%.")]
    [InlineData("7:\n  message: \"%s %2$s\"\n", "line 2: the message of 7 takes arguments both in order (%s) and by position (%1$s).")]
    [InlineData("7:\n  name: A\n  name: B\n", "line 3: the entry 7 has its name twice.")]
    [InlineData("7:\n  http_code: 400\n  http_code: 400\n", "line 3: the entry 7 has its http_code twice.")]
    [InlineData("7:\n  message: m\n  message: m\n", "line 3: the entry 7 has its message twice.")]
    [InlineData("7:\n  mesage: m\n", "line 2: the entry 7 has an unknown field 'mesage', it can have name, http_code and message.")]
    [InlineData(
        "7: {name: A, http_code: 400, message: m}\n7: {name: A, http_code: 400, message: m}\n",
        "line 2: the name 'A' stands twice in this file.")]
    [InlineData("--- {}\n--- {}\n", "line 2: a second document begins here, a catalogue is one.")]
    public void A_faulty_file_is_named_with_line_and_fault(string yaml, string fault)
    {
        var path = Write(yaml);

        Assert.Equal($"{path}, {fault}", FaultOf(path));
    }

    [Theory]
    [InlineData("7:\n  name: \"A\n", 2)]
    [InlineData("7:\n\tname: A\n", 1)]
    [InlineData("7: {name: A\n", 2)]
    [InlineData("7:\n  name: A\n http_code: 400\n", 3)]
    [InlineData("7: {name: A, http_code: 400, message: m}\n...\n]", 3)]
    public void What_is_not_YAML_is_said_with_its_line(string yaml, int line)
    {
        var path = Write(yaml);

        Assert.Matches($"^{Regex.Escape(path)}, line {line}: this is not YAML: .+[.]$", FaultOf(path));
    }

    [Fact]
    public void A_value_without_end_is_cut_and_kept_on_one_line()
    {
        var path = Write($"7:\n  http_code: \"\\n{new string('4', 1_000_000)}\"\n");

        Assert.Equal($"{path}, line 2: the http_code ' {new string('4', 127)}…' of 7 is not a whole number from 100 to 599.", FaultOf(path));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(directory.FullName, "nowhere", "v2.yml");

        Assert.Equal($"{path}: the error catalogue doesn't exist.", FaultOf(path));
    }

    [Fact]
    public void A_directory_is_no_catalogue()
    {
        Assert.StartsWith($"{directory.FullName}: the error catalogue can't be read: ", FaultOf(directory.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_path_is_no_catalogue() => Assert.StartsWith(": the error catalogue can't be read: ", FaultOf(""), StringComparison.Ordinal);

    [Fact]
    public void A_file_of_4_MiB_is_read_and_one_byte_more_is_refused()
    {
        const string entry = "7: {name: A, http_code: 400, message: m}\n#";
        var path = Write(entry + new string('x', CatalogFile.MaxBytes - entry.Length));
        Assert.Single(CatalogFile.Read(path));

        File.AppendAllText(path, "x");
        Assert.Equal($"{path}: the error catalogue is larger than 4 MiB.", FaultOf(path));
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        var path = Path.Combine(directory.FullName, "latin1.yml");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("7: {name: A, http_code: 400, message: é}"));

        Assert.Equal($"{path}: the error catalogue is not UTF-8 text.", FaultOf(path));
    }

    [Fact]
    public void Whatever_the_text_the_answer_is_entries_or_one_line()
    {
        var pieces = Gen.OneOf(
            "7", ":", " ", "\n", "  ", "name", "http_code", "message", "A", "400", "%s", "%", "{", "}", "[", "]", "\"", "'", "&a", "*a", "!t", "|", ">", "#", "-", "?", ",",
            "---", "...", "\t", "\u0000", "\ud800", "\ufeff", "<<");

        pieces.Array[0, 40].Select(string.Concat).Sample(yaml =>
        {
            using var text = new StringReader(yaml);
            try
            {
                Assert.All(new CatalogYamlReader("v2.yml", text).Read(), entry => Assert.InRange(entry.HttpStatus, 100, 599));
            }
            catch (ErrorCatalogException fault)
            {
                Assert.StartsWith("v2.yml, line ", fault.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', fault.Message);
            }
        });
    }

    private string Write(string yaml)
    {
        var path = Path.Combine(directory.FullName, $"{Path.GetRandomFileName()}.yml");
        File.WriteAllText(path, yaml);
        return path;
    }

    private static string FaultOf(string path) =>
        Assert.Throws<ErrorCatalogException>(() => ErrorCatalog.BuiltIn.With([path])).Message;
}
