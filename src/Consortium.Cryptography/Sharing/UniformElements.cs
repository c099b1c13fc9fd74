using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Sharing;

/// <summary>Uniform elements of F_65521: the 16-bit words of AES-256-CTR under a drawn seed, those of 65521 and above skipped.</summary>
internal static class UniformElements
{
    private const int BlockLength = 16;
    private const int BufferLength = 8192;

    /// <remarks>Time depends on which words are skipped, and these say nothing of the words that are kept.</remarks>
    public static void Fill(Span<ushort> destination, RandomNumberGenerator random)
    {
        Span<byte> seed = stackalloc byte[32];
        Span<byte> keyStream = stackalloc byte[BufferLength];
        Span<byte> counters = stackalloc byte[BufferLength];
        try
        {
            random.GetBytes(seed);
            using var aes = Aes.Create();
            aes.SetKey(seed);

            ulong counter = 0;
            while (!destination.IsEmpty)
            {
                for (int i = 0; i < BufferLength; i += BlockLength)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(counters[i..], counter++);
                }

                aes.EncryptEcb(counters, keyStream, PaddingMode.None);
                destination = destination[TakeReduced(MemoryMarshal.Cast<byte, ushort>(keyStream), destination)..];
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(keyStream);
        }
    }

    private static int TakeReduced(ReadOnlySpan<ushort> words, Span<ushort> destination)
    {
        int taken = 0;
        while (!words.IsEmpty && taken < destination.Length)
        {
            int run = words.IndexOfAnyInRange((ushort)ShareField.P, ushort.MaxValue);
            int length = Math.Min(run < 0 ? words.Length : run, destination.Length - taken);
            words[..length].CopyTo(destination[taken..]);
            taken += length;
            words = words[Math.Min(length + 1, words.Length)..];
        }

        return taken;
    }
}
