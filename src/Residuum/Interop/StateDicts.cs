using Residuum.Foundation;

namespace Residuum.Interop;

/// <summary>Finds the state dictionary in what a checkpoint holds, and cleans its names of what only wrapped the network.</summary>
static class StateDicts
{
    const int WrapperLimit = 8;

    // What training scripts call the state dictionary among their other entries.
    static readonly string[] Wrappers = ["state_dict", "model_state_dict", "net", "model"];

    // Data-parallel training and compilation put these before every name.
    static readonly string[] Prefixes = ["module.", "_orig_mod."];

    /// <summary>The tensors of the state dictionary by name; whatever else stands beside them is passed over.</summary>
    public static List<(string Name, TorchTensor View)> Extract(object? root, Refusal refusal)
    {
        var dict = Unwrap(root, refusal);
        var tensors = new List<(string, TorchTensor)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in dict.Items)
        {
            if (key is not string text || value is not TorchTensor tensor) continue;
            var name = Strip(text);
            if (!names.Add(name)) throw refusal.Because($"two of its tensors are called {Printable.Quote(name)}");
            tensors.Add((name, tensor));
        }
        if (tensors.Count == 0)
            throw refusal.Because($"it holds no tensors at its top or under {string.Join(", ", Wrappers)}{Found(dict)}; save "
                + "model.state_dict() in PyTorch");
        return tensors;
    }

    /// <summary>The same file with the prefixes of data-parallel training and compilation taken off its names.</summary>
    public static TensorFile StripPrefixes(TensorFile file, Refusal refusal)
    {
        if (!file.Tensors.Keys.Any(name => Strip(name) != name)) return file;
        var result = new TensorFile();
        foreach (var (key, value) in file.Metadata) result.Metadata.Add(key, value);
        foreach (var (name, tensor) in file.Tensors)
            if (!result.Tensors.TryAdd(Strip(name), tensor))
                throw refusal.Because($"two of its tensors are called {Printable.Quote(Strip(name))}");
        return result;
    }

    static PickleDict Unwrap(object? root, Refusal refusal)
    {
        if (root is not PickleDict dict)
            throw refusal.Because($"it holds {Describe(root)} where a state dictionary was expected; save model.state_dict() in PyTorch");
        for (var level = 0; level < WrapperLimit; level++)
        {
            var inner = Wrappers.Select(dict.Find).OfType<PickleDict>()
                .FirstOrDefault(candidate => candidate.Items.Exists(item => item.Value is TorchTensor or PickleDict));
            if (inner is null) return dict;
            dict = inner;
        }
        throw refusal.Because($"its state dictionary lies more than {WrapperLimit} wrappers deep");
    }

    static string Strip(string name)
    {
        var rest = name.AsSpan();
        for (var again = true; again;)
        {
            again = false;
            foreach (var prefix in Prefixes)
            {
                if (!rest.StartsWith(prefix, StringComparison.Ordinal) || rest.Length == prefix.Length) continue;
                rest = rest[prefix.Length..];
                again = true;
            }
        }
        return rest.Length == name.Length ? name : rest.ToString();
    }

    static string Found(PickleDict dict)
    {
        var keys = dict.Items.Select(item => item.Key).OfType<string>().Take(5).Select(Printable.Quote).ToArray();
        return keys.Length == 0 ? "" : $", only {string.Join(", ", keys)}";
    }

    static string Describe(object? value) => value switch
    {
        null => "None",
        TorchTensor => "a single tensor",
        PickleList => "a list",
        PickleTuple => "a tuple",
        string => "a string",
        _ => "a single value",
    };
}
