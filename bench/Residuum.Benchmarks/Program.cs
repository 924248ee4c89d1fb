using BenchmarkDotNet.Running;
using Residuum.Benchmarks;

var (pattern, images, threads) = (args.ElementAtOrDefault(1) ?? "", args.ElementAtOrDefault(2) ?? "8", args.ElementAtOrDefault(3) ?? "1");
if (args is ["peak", ..]) ShareOfPeak.Print(pattern, int.Parse(images), int.Parse(threads));
else if (args is ["memory", ..]) ShareOfMemory.Print(pattern, int.Parse(images), int.Parse(threads));
else if (args is ["errors", ..]) WinogradErrors.Print();
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
