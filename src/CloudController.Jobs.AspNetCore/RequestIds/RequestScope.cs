using System.Collections;

namespace CloudController.Jobs.AspNetCore.RequestIds;

/// <summary>A request's id, as the scope of its log lines.</summary>
internal sealed class RequestScope(string id) : IReadOnlyList<KeyValuePair<string, object>>
{
    public string Id => id;

    public int Count => 1;

    public KeyValuePair<string, object> this[int index] => index == 0 ? new("RequestId", id) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"RequestId:{id}";
}
