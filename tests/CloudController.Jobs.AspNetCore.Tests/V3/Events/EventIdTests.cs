using CloudController.Jobs.AspNetCore.V3.Events;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Events;

public sealed class EventIdTests
{
    private static readonly Guid Job = Guid.Parse("0b2ba1a5-6f1e-4a0c-9f0e-3b1d4c7a9e21");

    [Theory]
    [InlineData(0UL, 0UL, 0, false)]
    [InlineData(ulong.MaxValue, 1UL, 100, true)]
    [InlineData(0x0123456789ABCDEFUL, ulong.MaxValue, 1, false)]
    public void What_was_seen_is_read_back(ulong state, ulong progress, int warnings, bool ended)
    {
        var id = new EventId(state, progress, warnings, ended);

        Assert.True(EventId.TryParse(Text(id), Job, out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void Another_jobs_id_is_none()
    {
        Assert.False(EventId.TryParse(Text(new EventId(1, 2, 3, false)), Guid.NewGuid(), out _));
    }

    [Fact]
    public void An_id_with_one_character_changed_is_none()
    {
        var text = Text(new EventId(1, 2, 3, false));
        for (var at = 0; at < text.Length; at++)
        {
            var changed = text[..at] + (text[at] == 'A' ? 'Q' : 'A') + text[(at + 1)..];
            Assert.False(EventId.TryParse(changed, Job, out _));
        }
    }

    private static string Text(EventId id)
    {
        var utf8 = new byte[EventId.Length];
        id.Format(Job, utf8);
        return System.Text.Encoding.ASCII.GetString(utf8);
    }
}
