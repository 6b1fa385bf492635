namespace CloudController.Jobs.Benchmarks;

/// <summary>Arguments of an ordinary size, 115 bytes.</summary>
internal static class SomeArguments
{
    public const string Text = """{"app":"db177bbd-36e9-4246-9a11-f9bd0d5975ef","recursive":true,"reason":"cleanup of an old space","by":"someone12"}""";

    public static ReadOnlyMemory<byte> Utf8 { get; } = System.Text.Encoding.UTF8.GetBytes(Text);
}
