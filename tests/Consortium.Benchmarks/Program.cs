using BenchmarkDotNet.Running;
using Consortium.Benchmarks;

if (args is ["figures", .. var rest])
{
    return FigureCommand.Run(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(FigureCommand).Assembly).Run(args);
return 0;
