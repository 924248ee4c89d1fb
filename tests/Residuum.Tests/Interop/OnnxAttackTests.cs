using System.Diagnostics;
using Google.Protobuf;
using Residuum.Interop;
using static Residuum.Tests.Interop.OnnxSample;

namespace Residuum.Tests.Interop;

/// <summary>An ONNX file that is damaged or made to do harm: what is done to a good one, and what the refusal says.</summary>
sealed record OnnxAttack(string Name, string Says, Func<OnnxSample, byte[]> Make)
{
    public OnnxAttack(string name, string says, Action<OnnxSample> change) : this(name, says, sample =>
    {
        change(sample);
        return sample.ToBytes();
    })
    { }

    public override string ToString() => Name;
}

public sealed class OnnxAttackTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("residuum-onnx-").FullName;

    static IReadOnlyList<OnnxAttack> Attacks { get; } =
    [
        // Bytes.
        new("empty file", "it is empty", _ => []),
        new("text", "at byte", _ => "not a model"u8.ToArray()),
        new("zeros", "number 0", _ => new byte[100]),
        new("a length beyond the file", "claims 1000000 bytes", sample => [.. sample.ToBytes(), 0x3A, 0xC0, 0x84, 0x3D]),
        new("a length of 2^63", "claims", sample => [.. sample.ToBytes(), 0x3A, .. Varint(1UL << 63)]),
        new("a number without an end", "more than ten bytes", sample => [.. sample.ToBytes(), 0x08, .. Enumerable.Repeat((byte)0xFF, 20)]),
        new("groups in groups", "of the kind 3", sample => [.. sample.ToBytes(), .. Enumerable.Repeat((byte)0x0B, 100_000)]),
        new("a million empty nodes", "more memory", sample => [.. sample.ToBytes(), .. Nested(7, Repeated([0x0A, 0x00], 1_000_000))]),
        new("packed numbers that grow", "more memory",
            sample => [.. sample.ToBytes(), .. Nested(7, Nested(5, Nested(7, new byte[20_000_000])))]),
        new("no graph", "holds no graph", sample => sample.Model.Graph = null),
        new("no version", "does not say which version", sample => sample.Model.OpsetImport.Clear()),
        new("a version of the future", "version 99", sample => sample.Opset(99)),
        new("a version of the past", "version 6", sample => sample.Opset(6)),
        // Numbers.
        new("a negative dimension", "a dimension of -3", sample => sample.Graph.Initializer[0].Dims[1] = -3),
        new("a huge dimension", "more than one tensor may hold", sample => sample.Graph.Initializer[0].Dims[0] = long.MaxValue),
        new("dimensions whose product overflows", "more than one tensor may hold",
            sample => sample.Graph.Initializer[0].Dims.AddRange([1L << 40, 1L << 40])),
        new("dimensions beyond the data", "its shape needs", sample => sample.Graph.Initializer[0].Dims[0] = 1000),
        new("data beyond the dimensions", "its shape needs", sample => sample.Graph.Initializer[0].Dims[0] = 1),
        new("a hundred dimensions", "more than 8", sample => sample.Graph.Initializer[0].Dims.AddRange(Enumerable.Repeat(1L, 100))),
        new("elements of text", "of the kind Text", sample => sample.Graph.Initializer[0].DataType = 8),
        new("elements of no kind", "of the kind number 77", sample => sample.Graph.Initializer[0].DataType = 77),
        new("two weights of one name", "are called \"w\"", sample => sample.Graph.Initializer[1].Name = "w"),
        new("a weight without a name", "has no name", sample => sample.Graph.Initializer[0].Name = ""),
        new("a constant of a trillion numbers", "not one that a tensor can have", sample => FromShape(sample, 1_000_000, 1_000_000, 1, 1)),
        new("a constant of negative size", "not one that a tensor can have", sample => FromShape(sample, 2, -3, 3, 3)),
        new("constants of gigabytes, used", "one number everywhere", sample =>
        {
            sample.Graph.Node.RemoveAt(0);
            sample.Integers("shape", 30_000, 30_000, 1, 1);
            sample.Graph.Node.Insert(0, new NodeProto { OpType = "ConstantOfShape", Input = { "shape" }, Output = { "huge" } });
            sample.Graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = 30_000;
            sample.Graph.Node.Insert(1, new NodeProto { OpType = "Conv", Input = { "x", "huge" }, Output = { "c" } });
        }),
        new("bytes that grow as whole numbers", "more memory", sample =>
            sample.Graph.Initializer.Add(new TensorProto { Name = "bytes", DataType = 3, Dims = { 30_000_000 },
                RawData = ByteString.CopyFrom(new byte[30_000_000]) })),
        new("a column and a row of whole numbers, added", "2x1 and 1x2", sample =>
        {
            foreach (var (name, sides) in new[] { ("column", new long[] { 2, 1 }), ("row", [1, 2]) })
                sample.Graph.Initializer.Add(new TensorProto { Name = name, DataType = 7, Dims = { sides }, Int64Data = { 0, -1 } });
            sample.Graph.Node.Insert(0, new NodeProto { OpType = "Add", Input = { "column", "row" }, Output = { "sum" } });
            sample.Graph.Node[4].OpType = "Reshape";
            sample.Graph.Node[4].Input.Add("sum");
        }),
        // Links between nodes.
        new("a cycle", "nothing before it makes", sample => sample.Graph.Node[0].Input[0] = "r"),
        new("a node that reads itself", "nothing before it makes", sample => sample.Graph.Node[1].Input[0] = "r"),
        new("a missing input", "reads \"nowhere\"", sample => sample.Graph.Node[1].Input[0] = "nowhere"),
        new("two values of one name", "two of its values are called \"c\"", sample => sample.Graph.Node[1].Output[0] = "c"),
        new("a value named as a weight", "are called \"w\"", sample => sample.Graph.Node[1].Output[0] = "w"),
        new("no output", "it has no output", sample => sample.Graph.Output.Clear()),
        new("an output that nothing makes", "not made by any", sample => sample.Graph.Output[0].Name = "nothing"),
        new("a weight as the output", "not made by any", sample => sample.Graph.Output[0].Name = "w"),
        new("a hundred thousand outputs", "100,001 outputs", sample => { for (var i = 0; i < 100_000; i++) sample.Output("y"); }),
        new("two outputs of one name", "two of its outputs are called \"y\"", sample => sample.Output("y")),
        new("a softmax over images", "only a softmax over rows",
            sample => { sample.Node("Softmax", ["y"], "p", Int("axis", 0)); sample.Graph.Output[0].Name = "p"; }),
        new("no input", "0 inputs", sample => sample.Graph.Input.Clear()),
        new("two images", "2 inputs", sample =>
            { sample.Input("second", 1, 3, 4, 4); sample.Graph.Node[3].Input[0] =
            "second"; sample.Node("Add", ["y", "c"], "z"); sample.Graph.Output[0].Name = "z"; }),
        new("an image of open size", "leaves channels, rows or columns open",
            sample => sample.Graph.Input[0].Type.TensorType.Shape.Dim[2] = new DimensionProto { DimParam = "H" }),
        new("an image of terabytes", "too large",
            sample => { sample.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue =
            1 << 20; sample.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimValue = 1 << 20; }),
        new("an image of three dimensions", "must have four", sample => sample.Graph.Input[0].Type.TensorType.Shape.Dim.RemoveAt(0)),
        new("an image of whole numbers", "no image of floating-point", sample => sample.Graph.Input[0].Type.TensorType.ElemType = 7),
        new("an input without a type", "no image of floating-point", sample => sample.Graph.Input[0].Type = null),
        new("a node without outputs", "not made by any", sample => sample.Graph.Node[4].Output.Clear()),
        // Attributes.
        new("an operator that does not exist", "this operator is not supported", sample => sample.Graph.Node[1].OpType = "Frobnicate"),
        new("a branch", "so that no branches remain", sample => sample.Graph.Node[1].OpType = "If"),
        new("an operator of others", "domain \"com.microsoft\"", sample => sample.Graph.Node[1].Domain = "com.microsoft"),
        new("an attribute twice", "is given twice", sample => sample.Graph.Node[0].Attribute.Add(Ints("pads", 1, 1, 1, 1))),
        new("an attribute of another type", "must be Ints", sample => sample.Graph.Node[0].Attribute[0] = Int("pads", 1)),
        new("an unknown attribute", "\"magic\" is not supported", sample => sample.Graph.Node[0].Attribute.Add(Int("magic", 1))),
        new("negative padding", "its pads", sample => sample.Graph.Node[0].Attribute[0] = Ints("pads", -1, 1, 1, 1)),
        new("padding of gigabytes", "its pads", sample => sample.Graph.Node[0].Attribute[0] = Ints("pads", 1L << 40, 1, 1, 1)),
        new("padding far beyond the kernel", "more than",
            sample => sample.Graph.Node[0].Attribute[0] = Ints("pads", 60_000, 60_000, 60_000, 60_000)),
        new("three numbers of padding", "its pads", sample => sample.Graph.Node[0].Attribute[0] = Ints("pads", 1, 1, 1)),
        new("a stride of zero", "its strides", sample => sample.Graph.Node[0].Attribute.Add(Ints("strides", 0, 1))),
        new("a kernel of another shape", "kernel_shape", sample => sample.Graph.Node[0].Attribute.Add(Ints("kernel_shape", 5, 5))),
        new("dilation", "dilations", sample => sample.Graph.Node[0].Attribute.Add(Ints("dilations", 2, 2))),
        new("groups that do not divide", "do not divide into 2 groups", sample => sample.Graph.Node[0].Attribute.Add(Int("group", 2))),
        new("a matrix of another size", "weight must have the shape",
            sample => { sample.Graph.Initializer[1].Dims[1] = 1; sample.Graph.Initializer[1].RawData = ByteString.CopyFrom(new byte[8]); }),
        new("a fold over images", "keeps images apart", sample => { sample.Graph.Node[3].Attribute.Add(Int("axis", 0)); }),
        new("a name of a megabyte", "this operator is not supported", sample => sample.Graph.Node[1].OpType = new string('x', 1 << 20)),
    ];

    public static TheoryData<string> Names => [.. Attacks.Select(attack => attack.Name)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_file_that_attacks_start_from_is_good() => Assert.Equal("logits", Classifier().Read().Graph.Outputs[0].Name);

    [Theory, MemberData(nameof(Names))]
    public void Each_is_refused_soon_in_one_sentence_and_bounded_memory(string name)
    {
        var attack = Attacks.Single(attack => attack.Name == name);
        var bytes = attack.Make(Classifier());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ResiduumException>(() => OnnxSample.Read(bytes));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains(attack.Says, error.Message);
        Assert.StartsWith("The ONNX file sample.onnx cannot be read: ", error.Message);
        Assert.True(error.Message.Length < 1000 && !error.Message.Contains('\n'), error.Message);
        Assert.True(allocated < 4L * bytes.Length + (64 << 20), $"{allocated} bytes were allocated for a file of {bytes.Length}.");
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var bytes = Classifier().ToBytes();
        for (var length = 0; length < bytes.Length; length++) Assert.Throws<ResiduumException>(() => OnnxSample.Read(bytes[..length]));
    }

    [Theory]
    [InlineData("numbers.bin", null, null)]
    [InlineData("deep/numbers.bin", "16", "216")]
    [InlineData("/etc/passwd", null, "not simply a path")]
    [InlineData("../numbers.bin", null, "not simply a path")]
    [InlineData("deep/../../numbers.bin", null, "not simply a path")]
    [InlineData("..\\numbers.bin", null, "not simply a path")]
    [InlineData("C:numbers.bin", null, "not simply a path")]
    [InlineData("", null, "not simply a path")]
    [InlineData("link.bin", null, "through a link")]
    [InlineData("linked/numbers.bin", null, "through a link")]
    [InlineData("none.bin", null, "which is not there")]
    [InlineData("deep", null, "which is not there")]
    [InlineData("numbers.bin", "1", "do not lie in")]
    [InlineData("numbers.bin", "99999999999999999999", "must be a whole number")]
    [InlineData("numbers.bin", "-1", "must be a whole number")]
    public void Numbers_in_other_files_are_read_only_from_within_the_folder(string location, string? offset, string? says)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "deep"));
        File.WriteAllBytes(Path.Combine(_folder, "numbers.bin"), new byte[216]);
        File.WriteAllBytes(Path.Combine(_folder, "deep", "numbers.bin"), new byte[240]);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), Path.Combine(_folder, "numbers.bin"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), Path.Combine(_folder, "deep"));
        var sample = Classifier();
        var tensor = Elsewhere(sample.Graph.Initializer[0], location);
        if (offset is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });

        Assert.Contains("--external-data", Assert.Throws<ResiduumException>(() => sample.Read()).Message);
        if (says is null or "216") Assert.Equal(54, sample.Read(_folder).Tensors["w"].Count);
        else Assert.Contains(says, Assert.Throws<ResiduumException>(() => sample.Read(_folder)).Message);
    }

    [Fact]
    public void Numbers_in_other_files_may_not_be_read_over_and_over()
    {
        const int Bytes = 4 << 20;
        File.WriteAllBytes(Path.Combine(_folder, "numbers.bin"), new byte[Bytes]);
        var sample = Classifier();
        for (var i = 0; i < 30; i++) sample.Graph.Initializer.Add(
            Elsewhere(new TensorProto { Name = $"again {i}", DataType = 1, Dims = { Bytes / 4 } }, "numbers.bin"));
        Assert.Contains("more memory", Assert.Throws<ResiduumException>(() => sample.Read(_folder)).Message);
    }

    [SkippableFact]
    public void A_pipe_instead_of_a_file_with_numbers_is_refused_rather_than_waited_for()
    {
        Skip.If(OperatingSystem.IsWindows(), "Pipes are no files there.");
        using (var process = Process.Start("mkfifo", Path.Combine(_folder, "pipe.bin"))) process.WaitForExit();
        var sample = Classifier();
        Elsewhere(sample.Graph.Initializer[0], "pipe.bin");
        Assert.Contains("do not lie in \"pipe.bin\"", Assert.Throws<ResiduumException>(() => sample.Read(_folder)).Message);
    }

    [Fact]
    public void Files_damaged_at_random_are_read_or_refused_soon()
    {
        var good = Classifier().ToBytes();
        var random = new Random(5);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var clock = Stopwatch.StartNew();
            try { OnnxSample.Read(bytes); }
            catch (ResiduumException) { }
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"Mutant {i} took {clock.Elapsed}.");
        }
    }

    static TensorProto Elsewhere(TensorProto tensor, string location)
    {
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        return tensor;
    }

    static void FromShape(OnnxSample sample, params long[] sides)
    {
        sample.Integers("shape", sides);
        sample.Graph.Node.Insert(0, new NodeProto { OpType = "ConstantOfShape", Input = { "shape" }, Output = { "made" } });
        sample.Graph.Node[1].Input[1] = "made";
    }

    static byte[] Repeated(byte[] unit, int count) => [.. Enumerable.Repeat(unit, count).SelectMany(bytes => bytes)];

    // A message in a field.
    static byte[] Nested(int field, byte[] message) => [(byte)(field << 3 | 2), .. Varint((ulong)message.Length), .. message];

    static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
