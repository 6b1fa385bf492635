using System.Security.Cryptography;
using System.Text;

namespace CloudController.Jobs.Dashboard.Visits;

internal static class FormToken
{
    /// <summary>Compares without telling by its time how much agrees.</summary>
    public static bool IsSame(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
