using System.Numerics;

namespace Residuum.Interop;

/// <summary>
/// Reads pickles as data: a stack machine over the opcodes of <see cref="PickleOpcode"/> whose globals come from the closed table
/// of <see cref="TorchGlobals"/>. Nothing is executed; depth, memo and memory are limited. It does not recurse.
/// </summary>
sealed class PickleMachine
{
    public const int DepthLimit = 64;
    public const string TooDeep = "its pickle nests more than 64 levels deep";

    // What values take in memory, roughly: an object's header and fields, an entry of a dictionary with room to grow.
    public const int ObjectCost = 32, ContainerCost = 96, PairCost = 40, SlotCost = 16, MemoCost = 64;

    const int MemoLimit = 1_000_000;

    readonly PickleInput _input;
    readonly TorchObjects _objects;
    readonly Refusal _refusal;
    readonly MemoryBudget _budget;
    readonly List<object?> _stack = [];
    readonly List<int> _marks = [];
    readonly Dictionary<uint, object?> _memo = [];
    int _highest;

    PickleMachine(PickleInput input, TorchObjects objects, Refusal refusal, MemoryBudget budget)
    {
        _input = input;
        _objects = objects;
        _refusal = refusal;
        _budget = budget;
    }

    /// <summary>Reads one pickle from where the stream stands and leaves the stream behind it.</summary>
    public static object? Read(Stream stream, TorchObjects objects, Refusal refusal, MemoryBudget budget) =>
        new PickleMachine(new PickleInput(stream, refusal), objects, refusal, budget).Run();

    object? Run()
    {
        while (true)
        {
            var opcode = _input.Byte();
            if (opcode == (byte)PickleOpcode.Stop) break;
            Step((PickleOpcode)opcode);
        }
        if (_stack.Count != 1 || _marks.Count != 0) throw Malformed();
        return _stack[0];
    }

    void Step(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto:
                if (_input.Byte() is < 2 or > 5) throw _refusal.Because("its pickle has a protocol other than 2 to 5");
                break;
            case PickleOpcode.Frame: _input.UInt64(); break;
            case PickleOpcode.Mark:
                if (_marks.Count == DepthLimit) throw _refusal.Because(TooDeep);
                _marks.Add(_stack.Count);
                break;
            case PickleOpcode.Pop: Pop(); break;
            case PickleOpcode.PopMark: PopToMark(); break;

            case PickleOpcode.None: Push(null); break;
            case PickleOpcode.NewTrue: Push(true, ObjectCost); break;
            case PickleOpcode.NewFalse: Push(false, ObjectCost); break;
            case PickleOpcode.BinInt: Push((long)_input.Int32(), ObjectCost); break;
            case PickleOpcode.BinInt1: Push((long)_input.Byte(), ObjectCost); break;
            case PickleOpcode.BinInt2: Push((long)_input.UInt16(), ObjectCost); break;
            case PickleOpcode.Long1: PushInteger(_input.Byte()); break;
            case PickleOpcode.Long4: PushInteger(_input.UInt32()); break;
            case PickleOpcode.BinFloat: Push(_input.Double(), ObjectCost); break;
            case PickleOpcode.ShortBinString or PickleOpcode.ShortBinUnicode: Push(_input.Text(_input.Byte(), _budget)); break;
            case PickleOpcode.BinString or PickleOpcode.BinUnicode: Push(_input.Text(_input.UInt32(), _budget)); break;
            case PickleOpcode.BinUnicode8: Push(_input.Text(_input.UInt64(), _budget)); break;
            case PickleOpcode.ShortBinBytes: Push(_input.Bytes(_input.Byte(), _budget)); break;
            case PickleOpcode.BinBytes: Push(_input.Bytes(_input.UInt32(), _budget)); break;

            case PickleOpcode.EmptyTuple: PushTuple([]); break;
            case PickleOpcode.Tuple1: PushTuple(PopLast(1)); break;
            case PickleOpcode.Tuple2: PushTuple(PopLast(2)); break;
            case PickleOpcode.Tuple3: PushTuple(PopLast(3)); break;
            case PickleOpcode.Tuple: PushTuple(PopToMark()); break;
            case PickleOpcode.EmptyList or PickleOpcode.EmptySet: Push(new PickleList(), ContainerCost); break;
            case PickleOpcode.List or PickleOpcode.FrozenSet: PushList(PopToMark()); break;
            case PickleOpcode.EmptyDict: Push(new PickleDict(ordered: false), ContainerCost); break;
            case PickleOpcode.Dict: PushDict(PopToMark()); break;
            case PickleOpcode.Append: Extend(PopLast(1)); break;
            case PickleOpcode.Appends or PickleOpcode.AddItems: Extend(PopToMark()); break;
            case PickleOpcode.SetItem: SetItems(PopLast(2)); break;
            case PickleOpcode.SetItems: SetItems(PopToMark()); break;

            case PickleOpcode.BinPut: Remember(_input.Byte()); break;
            case PickleOpcode.LongBinPut: Remember(_input.UInt32()); break;
            case PickleOpcode.Memoize: Remember((uint)_memo.Count); break;
            case PickleOpcode.BinGet: Recall(_input.Byte()); break;
            case PickleOpcode.LongBinGet: Recall(_input.UInt32()); break;

            case PickleOpcode.Global: PushGlobal(_input.Line(), _input.Line()); break;
            case PickleOpcode.StackGlobal:
                if (PopLast(2) is not [string module, string name]) throw Malformed();
                PushGlobal(module, name);
                break;
            case PickleOpcode.BinPersId: Push(_objects.Load(Pop())); break;
            case PickleOpcode.Reduce:
                if (PopLast(2) is not [TorchGlobal global, PickleTuple arguments])
                    throw _refusal.Because("its pickle calls something that is no function of the table; nothing was executed");
                Push(_objects.Call(global, arguments.Items));
                break;
            case PickleOpcode.Build:
                // The attributes of a state dictionary (its _metadata) say nothing that we need; anything else has none.
                if (PopLast(1) is not [PickleDict] || Top() is not PickleDict { Ordered: true })
                    throw _refusal.Because("its pickle sets attributes on something other than a state dictionary; save only "
                        + "model.state_dict() in PyTorch");
                break;
            default:
                throw _refusal.Because($"its pickle holds the opcode 0x{(byte)opcode:x2} ({PickleOpcodes.NameOf((byte)opcode)}), which "
                    + "checkpoints of tensors do not need; "
                    + "nothing was executed");
        }
    }

    void Push(object? value, int cost = 0)
    {
        _budget.Charge(cost);
        _stack.Add(value);
        if (_stack.Count <= _highest) return;
        _budget.Charge(SlotCost);
        _highest = _stack.Count;
    }

    /// <summary>The lowest index that may be popped: what lies below the last mark is not the current opcode's business.</summary>
    int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    object? Pop() => PopLast(1)[0];

    object? Top() => _stack.Count > Floor ? _stack[^1] : throw Malformed();

    object?[] PopLast(int count) => _stack.Count - Floor >= count ? PopFrom(_stack.Count - count) : throw Malformed();

    object?[] PopToMark()
    {
        if (_marks.Count == 0) throw Malformed();
        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopFrom(mark);
    }

    object?[] PopFrom(int index)
    {
        var count = _stack.Count - index;
        var items = new object?[count];
        _stack.CopyTo(index, items, 0, count);
        _stack.RemoveRange(index, count);
        return items;
    }

    void PushTuple(object?[] items)
    {
        _budget.Charge(ContainerCost + 8L * items.Length);
        var tuple = new PickleTuple(items);
        foreach (var item in items) Nest(tuple, item);
        Push(tuple);
    }

    void PushList(object?[] items)
    {
        Push(new PickleList(), ContainerCost);
        Extend(items);
    }

    void PushDict(object?[] items)
    {
        Push(new PickleDict(ordered: false), ContainerCost);
        SetItems(items);
    }

    void Extend(object?[] items)
    {
        if (Top() is not PickleList list) throw Malformed();
        _budget.Charge((long)SlotCost * items.Length);
        foreach (var item in items)
        {
            Nest(list, item);
            list.Items.Add(item);
        }
    }

    void SetItems(object?[] items)
    {
        if (Top() is not PickleDict dict || items.Length % 2 != 0) throw Malformed();
        _budget.Charge((long)PairCost * items.Length / 2);
        for (var i = 0; i < items.Length; i += 2)
        {
            Nest(dict, items[i]);
            Nest(dict, items[i + 1]);
            dict.Items.Add(new(items[i], items[i + 1]));
        }
    }

    void Nest(PickleContainer container, object? value)
    {
        if (!container.Nest(value)) throw _refusal.Because(TooDeep);
    }

    void Remember(uint index)
    {
        var value = Top();
        if (!_memo.TryAdd(index, value))
        {
            _memo[index] = value;
            return;
        }
        if (_memo.Count > MemoLimit) throw _refusal.Because($"its pickle remembers more than {MemoLimit} values");
        _budget.Charge(MemoCost);
    }

    void Recall(uint index) => Push(_memo.TryGetValue(index, out var value) ? value : throw Malformed());

    void PushGlobal(string module, string name)
    {
        var global = TorchGlobals.Find(module, name) ?? throw _refusal.Because(TorchGlobals.Refused(module, name));
        Push(global.Kind == TorchGlobalKind.DataType ? PickleInert.Instance : global);
    }

    void PushInteger(uint length)
    {
        if (length > byte.MaxValue) throw _refusal.Because("its pickle holds a whole number of more than 255 bytes");
        var value = new BigInteger(_input.Bytes(length, _budget));
        if (value < long.MinValue || value > long.MaxValue) Push(value, ObjectCost);
        else Push((long)value, ObjectCost);
    }

    ResiduumException Malformed() => _refusal.Because("its pickle is malformed, so it is damaged or no checkpoint");
}
