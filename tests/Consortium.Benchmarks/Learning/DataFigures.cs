using System.IO.Compression;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning;

/// <summary>How fast payments are read and simulated, one thread.</summary>
internal static class DataFigures
{
    private const string AmlSim12 = "amlsim12_high_Trans.csv.gz";

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(9);

    /// <summary>Adds the figures; where the data folder has no amlsim12, the file read is a simulated one.</summary>
    public static void Measure(FigureReport report, FigureOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("consortium-figures-").FullName;
        try
        {
            var plan = new SimulationPlan();
            string packed = Find(options.DataFolder) ?? Simulator.WriteFiles(plan, folder, "simulated", gzip: true).Payments;
            string plain = Path.Combine(folder, "plain.csv");
            using (var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
            using (FileStream destination = File.Create(plain))
            {
                source.CopyTo(destination);
            }

            report.Add("read_rows_per_s", RowsPerSecond(plain), "plain CSV; keeps up with the disk");
            report.Add("read_gzip_rows_per_s", RowsPerSecond(packed), "as stored");

            long rows = 0;
            double seconds = Benchmarks.Measure.MedianSeconds(() => rows = Simulator.Run(plan).Set.Count, Budget);
            report.Add("simulate_rows_per_s", rows / seconds, "one million in seconds");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double RowsPerSecond(string path)
    {
        var batch = new Payment[16_384];
        long rows = 0;
        double seconds = Benchmarks.Measure.MedianSeconds(
            () =>
            {
                using PaymentReader reader = PaymentReader.Open(path);
                while (reader.Read(batch) > 0)
                {
                }

                rows = reader.Report.Rows;
            },
            Budget);
        return rows / seconds;
    }

    internal static string? Find(string? folder)
    {
        string[] candidates = folder is null ? [] : [Path.Combine(folder, AmlSim12), Path.Combine(folder, "amlsim12", AmlSim12)];
        return candidates.FirstOrDefault(File.Exists);
    }
}
