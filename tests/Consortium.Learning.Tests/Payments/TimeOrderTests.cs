using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

public sealed class TimeOrderTests
{
    private static readonly string[] Unsorted =
    [
        "2022/09/01 00:20,1,A,2,B,1,Euro,1,Euro,Wire,0",
        "2022/09/01 00:10,1,A,2,B,2,Euro,2,Euro,Wire,0",
        "2022/09/01 00:20,1,A,2,B,3,Euro,3,Euro,Wire,0",
        "2022/09/01 00:00,1,A,2,B,4,Euro,4,Euro,Wire,0",
        "2022/09/01 00:30,1,A,2,B,5,Euro,5,Euro,Wire,0",
    ];

    [Fact]
    public void Read_UnsortedFile_FilesOrderAndReported()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Unsorted));

        Assert.Equal([1m, 2m, 3m, 4m, 5m], reader.Rows().Select(row => row.AmountPaid));
        Assert.Equal(2, reader.Report.OutOfOrderRows);
        Assert.Equal(3, reader.Report.FirstOutOfOrderLine);
        Assert.Equal(new DateTime(2022, 9, 1), reader.Report.Earliest);
        Assert.Equal(new DateTime(2022, 9, 1, 0, 30, 0), reader.Report.Latest);
    }

    [Fact]
    public void ReadToEnd_UnsortedFile_SortedAndTiesAsInTheFile()
    {
        using PaymentReader reader = Sample.Open(Sample.File(Unsorted));

        PaymentSet set = reader.ReadToEnd();

        Assert.Equal([4m, 2m, 1m, 3m, 5m], set.Payments.ToArray().Select(row => row.AmountPaid));
        Assert.Equal(2, reader.Report.OutOfOrderRows);
    }

    [Fact]
    public void ReadInTimeOrder_AnyRowsAndMemory_AsInMemory()
    {
        string folder = Directory.CreateTempSubdirectory("consortium-sort-").FullName;
        try
        {
            Gen.Select(Gen.Int[0, 40].Array[0, 200], Gen.Int[1, 60]).Sample((minutes, rowsInMemory) =>
            {
                string text = Sample.File(
                    [.. minutes.Select((minute, i) => $"2022/09/01 00:{minute:00},1,A,2,B,{i},Euro,{i},Euro,Wire,0")]);
                using PaymentReader whole = Sample.Open(text), external = Sample.Open(text);

                Payment[] expected = whole.ReadToEnd().Payments.ToArray();

                Assert.Equal(expected, external.ReadInTimeOrder(folder, rowsInMemory));
            }, iter: 50);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
