using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Consortium.Learning.Payments;

/// <summary>External merge sort by time: runs sorted in memory, kept in temporary files, merged as they are read.</summary>
/// <remarks>The files hold the bank's payments in the clear and are deleted when they are closed.</remarks>
internal sealed class SortedRuns : IDisposable
{
    private const int BlockRows = 4_096;

    private readonly string _folder;
    private readonly List<FileStream> _runs = [];

    public SortedRuns(string folder) => _folder = folder;

    public void Add(ReadOnlySpan<Payment> rows)
    {
        var file = new FileStream(
            Path.Combine(_folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16,
            FileOptions.DeleteOnClose);
        _runs.Add(file);
        var block = new Payment[BlockRows];
        int[] order = TimeOrder.Order(rows);
        for (int done = 0; done < order.Length; done += BlockRows)
        {
            int count = Math.Min(BlockRows, order.Length - done);
            for (int i = 0; i < count; i++)
            {
                block[i] = rows[order[done + i]];
            }

            file.Write(MemoryMarshal.AsBytes(block.AsSpan(0, count)));
        }

        file.Flush();
        file.Position = 0;
    }

    /// <summary>All rows by time; of equal times, earlier runs' first, so that the file's order is kept.</summary>
    public IEnumerable<Payment> Merge()
    {
        var cursors = new List<Cursor>();
        var next = new PriorityQueue<int, (DateTime Time, int Run)>();
        for (int run = 0; run < _runs.Count; run++)
        {
            cursors.Add(new Cursor(_runs[run]));
            Offer(run);
        }

        while (next.TryDequeue(out int run, out _))
        {
            yield return cursors[run].Current;
            Offer(run);
        }

        void Offer(int run)
        {
            if (cursors[run].MoveNext())
            {
                next.Enqueue(run, (cursors[run].Current.Timestamp, run));
            }
        }
    }

    public void Dispose() => _runs.ForEach(run => run.Dispose());

    private sealed class Cursor(FileStream file)
    {
        private readonly Payment[] _block = new Payment[BlockRows];
        private int _count;
        private int _at = -1;

        public ref readonly Payment Current => ref _block[_at];

        public bool MoveNext()
        {
            if (++_at < _count)
            {
                return true;
            }

            _at = 0;
            Span<byte> bytes = MemoryMarshal.AsBytes(_block.AsSpan());
            _count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) / Unsafe.SizeOf<Payment>();
            return _count > 0;
        }
    }
}
