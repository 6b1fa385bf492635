using System.Globalization;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.Tests.Errors;

/// <summary>The built-in catalogue against cf-error-codes.csv: code, name, status and number of arguments of every entry of Cloud
/// Controller's own errors/v2.yml.</summary>
public sealed class BuiltInCatalogTests
{
    // Cloud Controller has these codes twice; of each the later name wins (facts §4).
    private static readonly string[] EarlierOfTwo = ["ServiceInstanceServiceBindingWrongSpace", "OrganizationRolesDeletionTimeout"];

    public static TheoryData<int, string, int, int> CloudControllersEntries()
    {
        using var csv = new StreamReader(typeof(BuiltInCatalogTests).Assembly.GetManifestResourceStream("cf-error-codes.csv")!);
        Assert.Equal("code,name,http_status,arguments", csv.ReadLine());

        var rows = new TheoryData<int, string, int, int>();
        while (csv.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            rows.Add(Number(cells[0]), cells[1], Number(cells[2]), Number(cells[3]));
        }

        return rows;

        static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(CloudControllersEntries))]
    public void An_entry_of_Cloud_Controller_is_there_with_its_code_status_and_arguments(int code, string name, int status, int arguments)
    {
        Assert.True(ErrorCatalog.BuiltIn.TryFind(name, out var entry));
        Assert.Equal((code, name, status, arguments), (entry.Code, entry.Name, entry.HttpStatus, entry.ArgumentCount));

        Assert.True(ErrorCatalog.BuiltIn.TryFindCode(code, out var byCode));
        Assert.Equal(!EarlierOfTwo.Contains(name), byCode.Name == name);
    }

    [Fact]
    public void It_has_Cloud_Controllers_entries_and_our_eight_and_no_more()
    {
        Assert.Equal(CloudControllersEntries().Count + 8, ErrorCatalog.BuiltIn.Entries.Count);
    }

    [Fact]
    public void Every_message_is_a_sentence_without_a_fault()
    {
        Assert.All(ErrorCatalog.BuiltIn.Entries, entry =>
        {
            Assert.NotEmpty(entry.Message);
            Assert.Equal(entry.Message.Trim(), entry.Message);
            Assert.Null(MessageFormat.FindFault(entry.Message));
        });
    }

    [Fact]
    public void No_two_entries_say_the_same()
    {
        var texts = ErrorCatalog.BuiltIn.Entries.Select(entry => entry.Message).Where(message => message != "%s").ToList();

        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    [Fact]
    public void The_fast_reader_sees_what_the_YAML_reader_sees()
    {
        using var text = BuiltInCatalog.OpenText();

        Assert.Equal(new CatalogYamlReader("v2.yml", text).Read(), BuiltInCatalog.Read());
    }
}
