using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Consortium.Benchmarks;

if (args is ["figures", .. var rest])
{
    return FigureCommand.Run(rest);
}

// In this process: the generated project that BenchmarkDotNet builds otherwise does not restore under central versions and lock
// files.
BenchmarkSwitcher.FromAssembly(typeof(FigureCommand).Assembly).Run(
    args, ManualConfig.Create(DefaultConfig.Instance).AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
return 0;
