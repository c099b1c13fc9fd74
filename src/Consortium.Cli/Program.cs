using Consortium.Cli;
using Consortium.Cli.CommandLine;

return await Application.RunAsync(args, new Terminal(Console.Out, Console.Error, Console.In));
