using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Cryptography.Tests.Encryption;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>
/// Banks with something to hide: the honest program draws them no opening proof, and what their own draws holds at no holder.
/// </summary>
public sealed class DishonestOpeningProofTests
{
    private const int Tail = 259;
    private static readonly DisputedPlace Place = new(0, 123);

    public static TheoryData<int, int> Committees => OpeningProofTests.Committees;

    public static TheoryData<int, int, int> NoiseBeyondTheTail
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach ((int threshold, int holders) in new[] { (2, 3), (3, 5), (2, 2) })
            {
                foreach (int noise in new[] { 260, -260, 375, 520, -5000 })
                {
                    data.Add(threshold, holders, noise);
                }
            }

            return data;
        }
    }

    /// <summary>
    /// The key holders have shares of another key than the chunk is under; over the primes the bank shares the right one.
    /// </summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_AnotherKeySharedThanUsed_HoldsNowhere(int threshold, int holders)
    {
        foreach (SlotLayout layout in new[] { SlotLayout.For(3, 65536), SlotLayout.For(3, 2) })
        {
            using var bank = new ProvingBank(threshold, holders, layout);
            int[] key = [.. bank.Key.Coefficients];
            short[] near = bank.Coefficients;
            near[4000] += (short)(near[4000] > 0 ? -1 : 1);
            foreach (short[] shared in new[] { near, new short[RnsBasis.Degree] })
            {
                bank.Shares = bank.Share(shared);
                foreach (DisputedPlace place in new[] { Place, ProvingBank.KeyPlace(4000) })
                {
                    Assert.Null(bank.Draw(place));
                    (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(bank, bank.Statement(place), key);
                    AssertHoldsNowhere(bank, bank.Statement(place), shares, proof);
                }
            }
        }
    }

    /// <summary>As before, and over the primes the same other key: now the ciphertext does not fit.</summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_AnotherKeySharedOverEveryField_HoldsNowhere(int threshold, int holders)
    {
        SlotLayout layout = SlotLayout.For(3, 65536);
        using var bank = new ProvingBank(threshold, holders, layout);
        OpeningStatement statement = bank.Statement(Place);
        short[] other = bank.Coefficients;
        other[4000] += (short)(other[4000] > 0 ? -1 : 1);
        bank.Shares = bank.Share(other);
        using SecretKey otherKey = SecretKey.Restore(other);
        Assert.Null(OpeningProof.Draw(statement, otherKey, bank.Shares, RandomSource.OperatingSystem));

        (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(bank, statement, otherKey.Coefficients);
        AssertHoldsNowhere(bank, statement, shares, proof);

        // With the bits of what it did encrypt.
        (shares, proof) = LyingDealer.OpeningProof(
            bank, statement, otherKey.Coefficients, dealing => SetTrueBits(dealing, bank, statement, noise: 0));
        AssertHoldsNowhere(bank, statement, shares, proof);
    }

    /// <summary>
    /// L itself: in 16 bits it is 0, and for levels that are no power of two only the second decomposition tells.
    /// </summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_ValueOfAsMuchAsTheLevels_HoldsNowhere(int threshold, int holders)
    {
        foreach (SlotLayout layout in new[] { SlotLayout.For(3, 65536), SlotLayout.For(3, 1000), SlotLayout.For(10, 3) })
        {
            foreach (int slot in new[] { 0, layout.Slots - 1 })
            {
                using ProvingBank bank = WithForgedChunk(
                    threshold, holders, layout,
                    (values, _) => values[(slot * RnsBasis.Degree) + Place.Coefficient] = layout.Levels);
                OpeningStatement statement = bank.Statement(Place);
                BitRange range = statement.Shape.Ranges[1 + slot];
                AssertNoOpeningProof(bank, statement, _ => { });
                AssertNoOpeningProof(bank, statement, dealing => LyingDealer.SetValue(dealing, range, (long)layout.Levels));
                AssertNoOpeningProof(bank, statement, dealing => LyingDealer.SetValue(dealing, range, (long)layout.Levels - 1));

                // All in the highest bit, which then is no bit; where there is a second decomposition, minus one in its lowest.
                AssertNoOpeningProof(bank, statement, dealing => SetUnbounded(dealing, range, (long)layout.Levels));
            }
        }
    }

    /// <summary>The same ciphertext read as a value in range and noise of a whole Delta more.</summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_ValueCompensatedByNoise_HoldsNowhere(int threshold, int holders)
    {
        SlotLayout layout = SlotLayout.For(3, 65536);
        int noise = 0;
        using ProvingBank bank = WithForgedChunk(threshold, holders, layout, (values, noises) =>
        {
            values[Place.Coefficient] = layout.Levels;
            noise = noises[Place.Coefficient];
        });
        OpeningStatement statement = bank.Statement(Place);
        AssertNoOpeningProof(bank, statement, dealing =>
        {
            LyingDealer.SetValue(dealing, statement.Shape.Ranges[1], (long)layout.Levels - 1);
            SetUnbounded(dealing, statement.Shape.Ranges[0], noise + Tail + layout.Delta);
        });
    }

    [Theory]
    [MemberData(nameof(NoiseBeyondTheTail))]
    public void Why_NoiseBeyondTheTail_HoldsNowhere(int threshold, int holders, int noise)
    {
        using ProvingBank bank = WithForgedChunk(
            threshold, holders, SlotLayout.For(10, 65536), (_, noises) => noises[Place.Coefficient] = noise);
        OpeningStatement statement = bank.Statement(Place);
        BitRange range = statement.Shape.Ranges[0];

        AssertNoOpeningProof(bank, statement, _ => { });
        AssertNoOpeningProof(bank, statement, dealing => SetTrueBits(dealing, bank, statement, noise));
        AssertNoOpeningProof(bank, statement, dealing =>
        {
            SetTrueBits(dealing, bank, statement, noise);
            SetUnbounded(dealing, range, noise + Tail);
        });
    }

    /// <summary>
    /// Bits chosen for each prime on its own, so that every relation and every product holds in each: only the rows over the bits
    /// tell.
    /// </summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_BitsThatDifferBetweenPrimes_HoldsNowhere(int threshold, int holders)
    {
        SlotLayout layout = SlotLayout.For(3, 65536);
        using ProvingBank bank = WithForgedChunk(threshold, holders, layout, (_, noises) => noises[Place.Coefficient] = 375);
        OpeningStatement statement = bank.Statement(Place);
        using var random = new SeededRandom("bits of each prime");
        (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(bank, statement, bank.Key.Coefficients, dealing =>
        {
            for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
            {
                FitModulo(prime, dealing, statement, random);
            }
        });

        AssertHoldsNowhere(bank, statement, shares, proof);
        string?[] verdicts = bank.Verdicts(statement, shares, LyingDealer.Clamp(proof));
        Assert.All(verdicts, verdict => Assert.Contains("over the bits modulo", verdict, StringComparison.Ordinal));

        // The rows as they are, read in [0, q): every form fits, and the bound alone rejects them.
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            Span<byte> bytes = proof.AsSpan((2 * OpeningProofShape.Rows) + (16 * row), 16);
            Int128 value = BitConverter.ToInt128(bytes);
            BitConverter.TryWriteBytes(bytes, value < 0 ? value + (Int128)RnsBasis.Product : value);
        }

        verdicts = bank.Verdicts(statement, shares, proof);
        Assert.All(verdicts, verdict => Assert.Contains("beyond what masked bits", verdict, StringComparison.Ordinal));
    }

    /// <summary>The relation holds with a bit of 2, or of -1, in place of the bit above it.</summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_BitsThatAreNone_HoldsNowhere(int threshold, int holders)
    {
        using ProvingBank bank = WithForgedChunk(
            threshold, holders, SlotLayout.For(3, 65536), (values, _) => values[Place.Coefficient] = 0b10);
        OpeningStatement statement = bank.Statement(Place);
        BitRange range = statement.Shape.Ranges[1];
        Action<OpeningDealing> two = dealing =>
        {
            LyingDealer.SetBit(dealing, range, 0, 2);
            LyingDealer.SetBit(dealing, range, 1, 0);
        };
        Action<OpeningDealing> minusTwo = dealing =>
        {
            LyingDealer.SetBit(dealing, range, 1, -1);
            LyingDealer.SetBit(dealing, range, 2, 1);
        };
        foreach (Action<OpeningDealing> lie in new[] { two, minusTwo })
        {
            (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(bank, statement, bank.Key.Coefficients, lie);
            Assert.All(
                bank.Verdicts(statement, shares, proof), verdict => Assert.Contains("bit", verdict, StringComparison.Ordinal));
        }

        (byte[][] one, byte[] oneProof) = LyingDealer.OpeningProof(
            bank, statement, bank.Key.Coefficients, dealing =>
            {
                LyingDealer.SetBit(dealing, range, 0, 2, onlyPrime: 3);
                LyingDealer.SetBit(dealing, range, 1, 0, onlyPrime: 3);
            });
        AssertHoldsNowhere(bank, statement, one, oneProof);
    }

    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_LargeKey_HoldsNowhere(int threshold, int holders)
    {
        SlotLayout layout = SlotLayout.For(3, 65536);
        using var bank = new ProvingBank(threshold, holders, layout);
        short[] large = [.. ForgedChunk.Noise(9).Select((value, i) => (short)(i % 2 == 0 ? 1000 : -1000 + value))];
        int[] key = [.. large.Select(value => (int)value)];
        bank.Shares = bank.Share(large);
        bank.Chunks[0] = ForgedChunk.Encrypt(
            layout, ProvingBank.Seed, 0, key, bank.Values.AsSpan(0, layout.ValuesPerChunk), ForgedChunk.Noise(3));
        OpeningStatement statement = bank.Statement(Place);

        (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(bank, statement, key);
        AssertHoldsNowhere(bank, statement, shares, proof);
    }

    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_KeyCoefficientBeyondTheTailInItsPlace_HoldsNowhere(int threshold, int holders)
    {
        using var bank = new ProvingBank(threshold, holders, SlotLayout.For(3, 65536));
        foreach (short beyond in new short[] { 260, -260, 5000 })
        {
            short[] coefficients = bank.Coefficients;
            coefficients[77] = beyond;
            int[] key = [.. coefficients.Select(value => (int)value)];
            bank.Shares = bank.Share(coefficients);
            OpeningStatement statement = bank.Statement(ProvingBank.KeyPlace(77));
            BitRange range = statement.Shape.Ranges[0];

            AssertHoldsNowhere(bank, statement, LyingDealer.OpeningProof(bank, statement, key));
            AssertHoldsNowhere(
                bank, statement,
                LyingDealer.OpeningProof(bank, statement, key, dealing => LyingDealer.SetValue(dealing, range, beyond + Tail)));
            AssertHoldsNowhere(
                bank, statement,
                LyingDealer.OpeningProof(bank, statement, key, dealing => SetUnbounded(dealing, range, beyond + Tail)));

            // Elsewhere the same key is as it should be: one coefficient is proven, no other.
            (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(bank, bank.Statement(ProvingBank.KeyPlace(78)), key);
            if (beyond < 5000)
            {
                Assert.All(
                    bank.Verdicts(bank.Statement(ProvingBank.KeyPlace(78)), shares, LyingDealer.Clamp(proof)), Assert.Null);
            }
        }
    }

    /// <summary>
    /// A share over the primes that lies on no polynomial of degree T - 1: only who got it objects. One word of every kind.
    /// </summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_OneBentShare_IsFoundByItsHolderAlone(int threshold, int holders)
    {
        using var bank = new ProvingBank(threshold, holders, SlotLayout.For(3, 1000));
        OpeningStatement statement = bank.Statement(Place);
        OpeningProofShape shape = statement.Shape;
        (byte[][] shares, byte[] proof) = bank.Proved(Place);
        int[] words =
        [
            0, 4095, OpeningProofShape.BitsAt, shape.HidersAt - 1, shape.HidersAt, shape.ProductsAt, shape.MasksAt - 1,
            shape.MasksAt, shape.WideMasksAt, shape.Words - 1,
        ];
        foreach (int victim in new[] { 1, holders })
        {
            foreach (int word in words)
            {
                int offset = (2 * OpeningProofShape.Rows) + (4 * ((word % 4 * shape.Words) + word));
                byte[][] bent = [.. shares];
                bent[victim - 1] = [.. shares[victim - 1]];
                bent[victim - 1][offset] ^= 1;
                string?[] verdicts = bank.Verdicts(statement, bent, proof);
                Assert.NotNull(verdicts[victim - 1]);
                Assert.All(verdicts.Where((_, i) => i != victim - 1), Assert.Null);
            }
        }
    }

    /// <summary>
    /// A proof whose polynomials meet the truth at T - 1 chosen holders and the lie at 0: those holders can't tell, and every
    /// other can. So a verdict is for all honest holders together, and T of them leave a lie no room.
    /// </summary>
    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_ProofBentTowardsSomeHolders_FoolsFewerThanTheThreshold(int threshold, int holders)
    {
        using ProvingBank bank = WithForgedChunk(
            threshold, holders, SlotLayout.For(3, 65536), (_, noises) => noises[Place.Coefficient] = 260);
        OpeningStatement statement = bank.Statement(Place);
        OpeningProofShape shape = statement.Shape;

        // With the noise stated one too small, the relation comes to 1 in every prime.
        (byte[][] shares, byte[] proof) = LyingDealer.OpeningProof(
            bank, statement, bank.Key.Coefficients, dealing => SetTrueBits(dealing, bank, statement, noise: 259));
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            PrimeField field = PrimeField.All[1 + prime];
            uint[] product = [1, .. new uint[threshold - 1]];
            for (uint fooled = 1; fooled < threshold; fooled++)
            {
                uint inverse = field.InvertVariableTime(fooled);
                for (int power = threshold - 1; power > 0; power--)
                {
                    product[power] = field.Subtract(product[power], field.Multiply(inverse, product[power - 1]));
                }
            }

            int start = (18 * OpeningProofShape.Rows) + (2 * (threshold - 1) * OpeningProofShape.Rows)
                + (4 * prime * ((2 * OpeningProofShape.Points) + ((threshold - 1) * shape.Forms)))
                + (8 * OpeningProofShape.Points);
            for (int power = 1; power < threshold; power++)
            {
                Span<byte> word = proof.AsSpan(start + (4 * (((power - 1) * shape.Forms) + OpeningProofShape.RelationsAt)));
                BitConverter.TryWriteBytes(word, field.Subtract(BitConverter.ToUInt32(word), product[power]));
            }
        }

        string?[] verdicts = bank.Verdicts(statement, shares, proof);
        Assert.All(verdicts[..(threshold - 1)], Assert.Null);
        Assert.All(
            verdicts[(threshold - 1)..], verdict => Assert.Contains("disputed coefficient", verdict, StringComparison.Ordinal));
    }

    private static ProvingBank WithForgedChunk(int threshold, int holders, SlotLayout layout, Action<ulong[], int[]> spoil)
    {
        var bank = new ProvingBank(threshold, holders, layout);
        int[] noise = ForgedChunk.Noise(5);
        spoil(bank.Values, noise);
        bank.Chunks[0] = ForgedChunk.Encrypt(
            layout, ProvingBank.Seed, 0, bank.Key.Coefficients, bank.Values.AsSpan(0, layout.ValuesPerChunk), noise);
        return bank;
    }

    /// <summary>Neither the honest program nor one that lies so.</summary>
    private static void AssertNoOpeningProof(ProvingBank bank, OpeningStatement statement, Action<OpeningDealing> lie)
    {
        Assert.Null(bank.Draw(statement.Place));
        AssertHoldsNowhere(bank, statement, LyingDealer.OpeningProof(bank, statement, bank.Key.Coefficients, lie));
    }

    private static void AssertHoldsNowhere(
        ProvingBank bank, OpeningStatement statement, (byte[][] Shares, byte[] Proof) opening) =>
        AssertHoldsNowhere(bank, statement, opening.Shares, opening.Proof);

    private static void AssertHoldsNowhere(ProvingBank bank, OpeningStatement statement, byte[][] shares, byte[] proof)
    {
        Assert.All(bank.Verdicts(statement, shares, proof), verdict => Assert.False(string.IsNullOrWhiteSpace(verdict)));
        Assert.All(
            bank.Verdicts(statement, shares, LyingDealer.Clamp(proof)),
            verdict => Assert.False(string.IsNullOrWhiteSpace(verdict)));
    }

    private static void SetTrueBits(OpeningDealing dealing, ProvingBank bank, OpeningStatement statement, int noise)
    {
        OpeningProofShape shape = statement.Shape;
        LyingDealer.SetValue(dealing, shape.Ranges[0], noise + Tail);
        for (int slot = 0; slot < bank.Layout.Slots; slot++)
        {
            LyingDealer.SetValue(
                dealing, shape.Ranges[1 + slot], (long)bank.Values[(slot * RnsBasis.Degree) + statement.Place.Coefficient]);
        }
    }

    /// <summary>
    /// Relations hold for any value when bits may be anything: the whole of it in the lowest bit of each decomposition.
    /// </summary>
    private static void SetUnbounded(OpeningDealing dealing, BitRange range, long value)
    {
        LyingDealer.SetValue(dealing, range, 0);
        LyingDealer.SetBit(dealing, range, 0, (int)value);
        for (int bit = 0; range.IsTwofold && bit < range.Bits; bit++)
        {
            LyingDealer.SetBit(dealing, range, range.Bits + bit, bit == 0 ? (int)((long)range.Most - value) : 0);
        }
    }

    /// <summary>
    /// Values and noise in range that give the disputed coefficient's residue modulo one prime: nearly every residue has some.
    /// </summary>
    private static void FitModulo(int prime, OpeningDealing dealing, OpeningStatement statement, SeededRandom random)
    {
        OpeningProofShape shape = statement.Shape;
        SharedVector vector = dealing.Vectors[1 + prime];
        PrimeField field = vector.Field;
        var disputed = new DisputedCoefficient(statement);
        uint target = field.Add(disputed.Of(prime, vector.Row(0)), disputed.Constant(prime));
        uint inverseDelta = field.InvertVariableTime((uint)statement.Layout.Delta);
        while (true)
        {
            long[] values =
            [
                random.Next((2 * Tail) + 1), 0,
                .. Enumerable.Range(1, statement.Layout.Slots - 1).Select(_ => random.Next((int)statement.Layout.Levels)),
            ];
            uint sum = 0;
            for (int slot = statement.Layout.Slots - 1; slot >= 0; slot--)
            {
                sum = field.Add(field.Multiply(sum, field.Reduce(statement.Layout.Radix)), (uint)values[1 + slot]);
            }

            uint first = field.Subtract(field.Multiply(field.Subtract(target, (uint)values[0]), inverseDelta), sum);
            if (first < statement.Layout.Levels)
            {
                values[1] = first;
                for (int range = 0; range < values.Length; range++)
                {
                    LyingDealer.SetValue(dealing, shape.Ranges[range], values[range], prime);
                }

                return;
            }
        }
    }
}
