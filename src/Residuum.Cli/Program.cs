using Residuum.Cli;

return CommandLine.Run(args, Terminal.OfProcess());
