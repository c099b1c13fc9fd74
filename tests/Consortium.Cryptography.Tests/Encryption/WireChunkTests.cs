using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Tests.Seal;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class WireChunkTests
{
    private static readonly SlotLayout Layout = SlotLayout.For(10, 65536);

    [Fact]
    public void Size_OfAChunk_Is27BitsAResidueAndAHeader()
    {
        Assert.Equal(55_296 + 16, WireChunk.Size);
        Assert.Equal(2.7, (double)(WireChunk.Size - ChunkHeader.Size) / Layout.ValuesPerChunk, 6);
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Pack_EveryPath_EqualsTheReferenceAndUnpackUndoesIt(string path)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint[] residues = Seeded.Words(prime, RnsBasis.Degree, RnsBasis.Moduli[prime].Value);
            residues[0] = residues[^1] = RnsBasis.Moduli[prime].Value - 1;
            var expected = new byte[WireChunk.Size];
            var wire = new byte[WireChunk.Size];

            WireChunk.Pack(residues, expected, prime, Consortium.Cryptography.Arithmetic.InstructionSet.Scalar);
            WireChunk.Pack(residues, wire, prime, Paths.Named(path));
            Assert.Equal(expected, wire);

            var unpacked = new uint[RnsBasis.Degree];
            WireChunk.Unpack(wire, prime, unpacked, Paths.Named(path));
            Assert.Equal(residues, unpacked);
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Unpack_ResidueThatEqualsItsPrime_IsRejectedByItsIndexOnEveryPath(string path)
    {
        foreach (int at in new[] { 0, 511, 512, 2900, 4095 })
        {
            var residues = new uint[RnsBasis.Degree];
            residues[at] = RnsBasis.Moduli[2].Value;
            var wire = new byte[WireChunk.Size];
            WireChunk.Pack(residues, wire, 2, Paths.Named(path));

            MalformedDataException rejection = Assert.Throws<MalformedDataException>(
                () => WireChunk.Unpack(wire, 2, new uint[RnsBasis.Degree], Paths.Named(path)));

            Assert.Contains($"residue {at} below prime 134012929", rejection.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReadPolynomial_MutatedChunks_AreReadOrRejectedWithATypedErrorAndNoLargeAllocation()
    {
        using var cohort = new Cohort(Layout, [Seeded.Values(1, 100, 65536)], seed: 1);
        byte[] valid = cohort.Chunks[0][0];
        var random = new SplitMix(42);
        var sum = new ChunkSum(Layout, 0);
        int rejected = 0, read = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        const int Inputs = 200_000;
        for (int i = 0; i < Inputs; i++)
        {
            // Most mutations touch the header or the length, where the decisions are; the rest overwrite residues with ones.
            byte[] wire = valid;
            int length = valid.Length, at = (int)(random.Next() % 20);
            byte old = valid[at];
            if (i % 4 == 0)
            {
                length = (int)(random.Next() % (ulong)(valid.Length + 1));
            }
            else
            {
                wire[at] = (byte)random.Next();
            }

            try
            {
                // Reading all of it is slow where there are no vectors; the header decides nearly every time.
                ChunkHeader header = ChunkHeader.Read(wire.AsSpan(0, length), Layout);
                if (i % 64 == 1)
                {
                    sum.Restart(header.Chunk);
                    sum.Add(wire);
                }

                read++;
            }
            catch (MalformedDataException rejection) when (rejection.Message.Length > 0)
            {
                rejected++;
            }

            valid[at] = old;
        }

        Assert.Equal(Inputs, rejected + read);
        Assert.InRange(rejected, Inputs / 4, Inputs - 1);

        // Some hundred bytes an exception and nothing near a chunk's 64 KiB.
        Assert.True((GC.GetAllocatedBytesForCurrentThread() - before) / Inputs < 4096);
    }
}
