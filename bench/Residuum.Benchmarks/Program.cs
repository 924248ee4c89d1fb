using BenchmarkDotNet.Running;
using Residuum.Benchmarks;

if (args is ["peak", .. var rest])
    ShareOfPeak.Print(rest.ElementAtOrDefault(0) ?? "", int.Parse(rest.ElementAtOrDefault(1) ?? "8"), int.Parse(rest.ElementAtOrDefault(2) ?? "1"));
else if (args is ["errors", ..]) WinogradErrors.Print();
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
