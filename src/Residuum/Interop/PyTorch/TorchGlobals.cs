using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>What a Python global of the closed table stands for.</summary>
enum TorchGlobalKind
{
    /// <summary>A tensor as PyTorch wrote it before 0.4.</summary>
    RebuildTensor,
    /// <summary>A tensor as PyTorch has written it since.</summary>
    RebuildTensorV2,
    /// <summary>A parameter around a tensor.</summary>
    RebuildParameter,
    /// <summary>The class of a storage, which says what its elements are.</summary>
    Storage,
    /// <summary>An element type as a value.</summary>
    DataType,
    /// <summary>The class of ordered dictionaries.</summary>
    OrderedDict,
    /// <summary>The class of shapes.</summary>
    Size,
    /// <summary>The class of devices.</summary>
    Device,
}

/// <summary>One global of the closed table.</summary>
sealed record TorchGlobal(string Name, TorchGlobalKind Kind, ElementType ElementType = ElementType.Float32);

/// <summary>
/// The closed table: the only Python globals that a checkpoint may name. They are names for cases of our own code; nothing is imported,
/// looked up by reflection or executed.
/// </summary>
static class TorchGlobals
{
    static readonly Dictionary<string, TorchGlobal> Table = MakeTable();

    static readonly Dictionary<ElementType, string> Storages = Table.Values.Where(global => global.Kind == TorchGlobalKind.Storage)
        .ToDictionary(global => global.ElementType, global => global.Name["torch.".Length..]);

    /// <summary>The global of that module and name, or null where it is not in the table.</summary>
    public static TorchGlobal? Find(string module, string name) => Table.GetValueOrDefault($"{module}.{name}");

    /// <summary>The name, within <c>torch</c>, of the class of storages with such elements.</summary>
    public static string StorageOf(ElementType type) => Storages[type];

    /// <summary>Why a global outside the table is refused.</summary>
    public static string Refused(string module, string name)
    {
        var asked = $"it asks for the Python global {Printable.Quote($"{module}.{name}")}, which is not one of those that tensors and "
            + "dictionaries need, "
            + "so it is refused and nothing of it was executed; ";
        if (module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal))
            return asked + "elements of that type are not supported: convert the tensor before saving it";
        return asked + (module.StartsWith("torch.nn.", StringComparison.Ordinal)
            ? "the file holds a whole pickled module: save model.state_dict() in PyTorch instead"
            : "if you trust the file, load it in PyTorch and save only model.state_dict()");
    }

    static Dictionary<string, TorchGlobal> MakeTable()
    {
        (string Storage, string[] DataTypes, ElementType Type)[] elementTypes =
        [
            ("FloatStorage", ["float32", "float"], ElementType.Float32), ("DoubleStorage", ["float64", "double"], ElementType.Float64),
            ("HalfStorage", ["float16", "half"], ElementType.Float16), ("BFloat16Storage", ["bfloat16"], ElementType.BFloat16),
            ("LongStorage", ["int64", "long"], ElementType.Int64), ("IntStorage", ["int32", "int"], ElementType.Int32),
            ("ShortStorage", ["int16", "short"], ElementType.Int16), ("CharStorage", ["int8"], ElementType.Int8),
            ("ByteStorage", ["uint8"], ElementType.UInt8), ("BoolStorage", ["bool"], ElementType.Bool),
        ];
        var globals = new List<TorchGlobal>
        {
            new("torch._utils._rebuild_tensor", TorchGlobalKind.RebuildTensor),
            new("torch._utils._rebuild_tensor_v2", TorchGlobalKind.RebuildTensorV2),
            new("torch._utils._rebuild_parameter", TorchGlobalKind.RebuildParameter),
            new("collections.OrderedDict", TorchGlobalKind.OrderedDict),
            new("torch.Size", TorchGlobalKind.Size),
            new("torch.device", TorchGlobalKind.Device),
        };
        foreach (var (storage, dataTypes, type) in elementTypes)
        {
            globals.Add(new TorchGlobal($"torch.{storage}", TorchGlobalKind.Storage, type));
            foreach (var dataType in dataTypes) globals.Add(new TorchGlobal($"torch.{dataType}", TorchGlobalKind.DataType, type));
        }
        return globals.ToDictionary(global => global.Name, StringComparer.Ordinal);
    }
}
