using Residuum.Foundation;

namespace Residuum.Data;

/// <summary>
/// Reads one stream of random numbers from its beginning, word after word: for drawing a picture, where the count of draws varies.
/// </summary>
struct RandomSequence(CounterRandom random)
{
    readonly CounterRandom _random = random;
    ulong _block;
    int _left;
    uint _second, _third, _fourth;

    /// <summary>The next 32 bits.</summary>
    public uint Word()
    {
        switch (_left)
        {
            case 3: _left = 2; return _second;
            case 2: _left = 1; return _third;
            case 1: _left = 0; return _fourth;
            default:
                (var first, _second, _third, _fourth) = _random.Block(_block++);
                _left = 3;
                return first;
        }
    }

    /// <summary>The next number, uniform in [from, to).</summary>
    public float Uniform(float from, float to) => from + (to - from) * CounterRandom.ToUniform(Word());

    /// <summary>The next whole number in from .. to, both included.</summary>
    public int Int(int from, int to) => from + CounterRandom.ToInt(Word(), to - from + 1);
}
