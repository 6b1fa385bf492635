using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>Several values in one parameter, for <c>json_each</c>.</summary>
internal static class JsonList
{
    public static string Of(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";

    public static string Of(IReadOnlyCollection<string> texts) => texts.Count == 0 ? "[]" : Encoding.UTF8.GetString(JobJson.Texts([.. texts]));
}
