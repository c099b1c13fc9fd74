using System.Buffers.Binary;
using System.Globalization;
using ParquetSharp;

namespace Consortium.Learning.Payments;

/// <summary>Writes a Parquet value as the text that a CSV file would hold, and returns its length.</summary>
internal delegate int ParquetTextWriter<T>(in T value, Span<char> destination)
    where T : unmanaged;

/// <summary>
/// The text of Parquet's types. No value takes more than <see cref="MaxLength"/> characters: longer text is cut, and too long for
/// any column.
/// </summary>
internal static class ParquetText
{
    public const int MaxLength = 96;

    private const long UnixEpochTicks = 621_355_968_000_000_000;
    private const int JulianDayOfUnixEpoch = 2_440_588;
    private const int MaxDecimalScale = 28;

    /// <summary>Doubles hold whole numbers up to here exactly, with room to spare.</summary>
    private const double MostHundredths = 1e14;

    public static int Of(in bool value, Span<char> destination)
    {
        destination[0] = value ? '1' : '0';
        return 1;
    }

    public static int Of<T>(in T value, Span<char> destination)
        where T : unmanaged, ISpanFormattable =>
        value.TryFormat(destination, out int length, default, CultureInfo.InvariantCulture) ? length : 0;

    public static int OfUnsigned(in int value, Span<char> destination) => Of((uint)value, destination);

    public static int OfUnsigned(in long value, Span<char> destination) => Of((ulong)value, destination);

    public static unsafe int Of(in ByteArray value, Span<char> destination)
    {
        var bytes = new ReadOnlySpan<byte>((void*)value.Pointer, value.Length);
        return System.Text.Encoding.UTF8.GetChars(bytes[..Math.Min(bytes.Length, MaxLength)], destination);
    }

    /// <summary>
    /// The shortest text that reads back as the same number. Most amounts are whole hundredths, whose text is quick to write.
    /// </summary>
    public static int Of(in double value, Span<char> destination)
    {
        double hundredths = Math.Round(value * 100);
        if (hundredths is >= 0 and < MostHundredths && hundredths / 100 == value)
        {
            (long whole, long part) = Math.DivRem((long)hundredths, 100);
            whole.TryFormat(destination, out int length, default, CultureInfo.InvariantCulture);
            if (part == 0)
            {
                return length;
            }

            destination[length++] = '.';
            destination[length++] = (char)('0' + (part / 10));
            if (part % 10 != 0)
            {
                destination[length++] = (char)('0' + (part % 10));
            }

            return length;
        }

        return Of<double>(value, destination);
    }

    public static int OfDay(in int days, Span<char> destination) =>
        OfTicks(UnixEpochTicks + (days * TimeSpan.TicksPerDay), hasTime: false, isUtc: false, destination);

    /// <summary>Times of an integer column, in units of so many of a second.</summary>
    public static ParquetTextWriter<long> Times(long unitsPerSecond, bool isUtc) => (in value, destination) =>
    {
        long seconds = Math.DivRem(value, unitsPerSecond, out long rest) - (rest < 0 ? 1 : 0);
        return OfSeconds(seconds, isUtc, destination);
    };

    /// <summary>Times of Parquet's retired form: nanoseconds of a Julian day.</summary>
    public static ParquetTextWriter<Int96> Times96(bool isUtc) => (in value, destination) =>
    {
        long nanoseconds = (uint)value.A | ((long)value.B << 32);
        return OfSeconds(((value.C - (long)JulianDayOfUnixEpoch) * 86_400) + (nanoseconds / 1_000_000_000), isUtc, destination);
    };

    public static ParquetTextWriter<int> Decimal32(int scale) => (in value, destination) => OfDecimal(value, scale, destination);

    public static ParquetTextWriter<long> Decimal64(int scale) => (in value, destination) => OfDecimal(value, scale, destination);

    public static unsafe ParquetTextWriter<FixedLenByteArray> DecimalFixed(int scale, int length) =>
        (in value, destination) => OfDecimal(new ReadOnlySpan<byte>((void*)value.Pointer, length), scale, destination);

    public static unsafe ParquetTextWriter<ByteArray> DecimalBytes(int scale) =>
        (in value, destination) => OfDecimal(new ReadOnlySpan<byte>((void*)value.Pointer, value.Length), scale, destination);

    private static int OfSeconds(long seconds, bool isUtc, Span<char> destination)
    {
        const long most = long.MaxValue / TimeSpan.TicksPerSecond / 2;
        return Math.Abs(seconds) > most
            ? Of(seconds, destination)
            : OfTicks(UnixEpochTicks + (seconds * TimeSpan.TicksPerSecond), hasTime: true, isUtc, destination);
    }

    private static int OfTicks(long ticks, bool hasTime, bool isUtc, Span<char> destination)
    {
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return Of(ticks, destination);
        }

        var time = new DateTime(ticks);
        Digits(time.Year, 4, destination);
        destination[4] = '/';
        Digits(time.Month, 2, destination[5..]);
        destination[7] = '/';
        Digits(time.Day, 2, destination[8..]);
        if (!hasTime)
        {
            return 10;
        }

        destination[10] = ' ';
        Digits(time.Hour, 2, destination[11..]);
        destination[13] = ':';
        Digits(time.Minute, 2, destination[14..]);
        destination[16] = ':';
        Digits(time.Second, 2, destination[17..]);
        destination[19] = 'Z';
        return isUtc ? 20 : 19;
    }

    private static void Digits(int value, int count, Span<char> destination)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            destination[i] = (char)('0' + (value % 10));
            value /= 10;
        }
    }

    private static int OfDecimal(ReadOnlySpan<byte> bigEndian, int scale, Span<char> destination)
    {
        const int size = 16;
        if (bigEndian.IsEmpty || bigEndian.Length > size)
        {
            "a decimal of more than 16 bytes".CopyTo(destination);
            return 31;
        }

        Span<byte> whole = stackalloc byte[size];
        whole.Fill((byte)(bigEndian[0] >= 0x80 ? 0xFF : 0));
        bigEndian.CopyTo(whole[^bigEndian.Length..]);
        return OfDecimal(BinaryPrimitives.ReadInt128BigEndian(whole), scale, destination);
    }

    private static int OfDecimal(Int128 unscaled, int scale, Span<char> destination)
    {
        Int128 size = Int128.Abs(unscaled);
        return scale is < 0 or > MaxDecimalScale || size < 0 || size >> 96 != 0
            ? Of(unscaled, destination) + Exponent(scale, destination, unscaled)
            : Of(new decimal((int)size, (int)(size >> 32), (int)(size >> 64), unscaled < 0, (byte)scale), destination);
    }

    /// <summary>A number too long for a payment, in a form that says what it is and that no reader takes.</summary>
    private static int Exponent(int scale, Span<char> destination, Int128 unscaled)
    {
        int length = Of(unscaled, destination);
        destination[length] = 'E';
        destination[length + 1] = '-';
        return 2 + Of(scale, destination[(length + 2)..]);
    }
}
