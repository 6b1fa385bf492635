using System.CommandLine;
using System.Globalization;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Whole numbers on the command line.</summary>
internal static class NumberOption
{
    public static Option<int?> Create(string name, string description, int least, int most, string unit = "N") => new(name)
    {
        Description = description,
        HelpName = unit,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;

            var allowed = most == int.MaxValue ? $"a whole number from {least} up" : $"{least} to {most}";
            result.AddError($"{name} is '{text}'; it can be {allowed}.");
            return null;
        },
    };
}
