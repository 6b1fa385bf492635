using Microsoft.Extensions.Options;

namespace CloudController.Jobs;

/// <summary>Gathers what is wrong with settings: each sentence names the key, the value and what is allowed.</summary>
internal sealed class SettingFailures
{
    private readonly List<string> sentences = [];

    public ValidateOptionsResult Result => sentences.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(sentences);

    public void Add(string sentence) => sentences.Add(sentence);

    public void Range(string key, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            sentences.Add(max == int.MaxValue ? $"{key} is {value}; it can be {min} or more." : $"{key} is {value}; it can be {min} to {max}.");
        }
    }
}
