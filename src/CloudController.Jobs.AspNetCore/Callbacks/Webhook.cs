using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary>Messages as Standard Webhooks has them (standardwebhooks.com, version 1).</summary>
internal static class Webhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>A secret as its owner stores it.</summary>
    public static string SecretText(ReadOnlySpan<byte> secret) => "whsec_" + Convert.ToBase64String(secret);

    /// <summary>Seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The symmetric signature of a message.</summary>
    public static string Sign(ReadOnlySpan<byte> secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.ASCII.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return "v1," + Convert.ToBase64String(mac.GetHashAndReset());
    }
}
