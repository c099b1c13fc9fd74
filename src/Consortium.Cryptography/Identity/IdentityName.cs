using System.Text;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// The name inside an identity: 1 to 64 printable ASCII characters without space at either end, so that two names that look alike
/// are alike, and none can move the cursor of the terminal that shows it.
/// </summary>
internal static class IdentityName
{
    public const int MaximumLength = 64;

    public static void ThrowIfInvalid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(Encoding.UTF8.GetBytes(name)))
        {
            throw new ArgumentException(
                $"An identity's name is 1 to {MaximumLength} printable ASCII characters, with no space at either end.",
                nameof(name));
        }
    }

    public static string Decode(ReadOnlySpan<byte> bytes, string subject, long offset) =>
        IsValid(bytes)
            ? Encoding.ASCII.GetString(bytes)
            : throw new MalformedDataException(
                subject, offset, $"a name of 1 to {MaximumLength} printable ASCII characters",
                $"{bytes.Length} bytes that are not one");

    private static bool IsValid(ReadOnlySpan<byte> name) =>
        name.Length is >= 1 and <= MaximumLength
        && name.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
        && name[0] != ' '
        && name[^1] != ' ';
}
