using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace CloudController.Jobs.AspNetCore.Auth.Jwt;

/// <summary>The key in <c>Auth:SigningKeyFile</c>.</summary>
internal static class SigningKey
{
    private const string Pem = "-----BEGIN ";
    private const int ShortestSecret = 32;

    private const string Allowed =
        "it can be a file with a PEM public key (RSA of 2048 bits or more, or EC), a PEM certificate, or an HMAC secret of at least 32 bytes";

    /// <summary>What is wrong with the file, as a sentence; <see langword="null"/> if nothing is.</summary>
    public static string? FindFault(string file)
    {
        try
        {
            Read(file);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"Auth:SigningKeyFile is '{file}', which can't be used; {Allowed}.";
        }
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="CryptographicException">The file holds no such key.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static SecurityKey Read(string file)
    {
        var bytes = File.ReadAllBytes(file).AsSpan().TrimEnd(" \t\r\n"u8);
        if (bytes.IndexOf("-----BEGIN "u8) < 0)
        {
            return bytes.Length >= ShortestSecret
                ? new SymmetricSecurityKey(bytes.ToArray())
                : throw new CryptographicException("The secret is too short.");
        }

        return ReadPem(System.Text.Encoding.ASCII.GetString(bytes));
    }

    private static SecurityKey ReadPem(string pem)
    {
        if (pem.Contains(Pem + "CERTIFICATE-----", StringComparison.Ordinal))
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return certificate.GetECDsaPublicKey() is { } ec ? new ECDsaSecurityKey(ec) : OfRsa(certificate.GetRSAPublicKey());
        }

        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new CryptographicException("A private key does not belong here.");

        // The label says RSA only in the older of two forms, so both kinds are tried.
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return OfRsa(rsa);
        }
        catch (CryptographicException) when (!pem.Contains("RSA PUBLIC KEY", StringComparison.Ordinal))
        {
            var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return new ECDsaSecurityKey(ec);
        }
    }

    private static RsaSecurityKey OfRsa(RSA? key) => key is { KeySize: >= 2048 }
        ? new RsaSecurityKey(key)
        : throw new CryptographicException("Neither an EC key nor an RSA key of 2048 bits or more.");
}
