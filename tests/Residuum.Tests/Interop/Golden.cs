using System.Runtime.CompilerServices;
using Residuum.Tensors;

namespace Residuum.Tests.Interop;

/// <summary>The checkpoints that tests/golden/interop.py made, and what PyTorch says is in them.</summary>
static class Golden
{
    public static string Path(string name) => System.IO.Path.Combine(Folder(), name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    public static List<(string Name, string Type, string Shape, string Bytes)> Expected(string name) =>
        [.. File.ReadLines(Path(name + ".txt")).Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1], parts[2], parts[3]))];

    public static string Hexadecimal(Tensor tensor) => tensor.Count == 0 ? "-" : Convert.ToHexStringLower(tensor.Bytes);

    static string Folder([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "..", "Golden", "Interop"));
}
