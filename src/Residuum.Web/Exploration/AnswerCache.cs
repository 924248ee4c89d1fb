namespace Residuum.Web.Exploration;

/// <summary>Answers by their questions, up to so many bytes; what was asked for longest ago goes first. Safe from several
/// threads.</summary>
sealed class AnswerCache(long mostBytes)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, LinkedListNode<(string Key, byte[] Answer)>> _places = new(StringComparer.Ordinal);
    readonly LinkedList<(string Key, byte[] Answer)> _answers = new();

    /// <summary>Bytes of all answers that are kept.</summary>
    public long Bytes { get; private set; }

    public byte[]? Find(string key)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(key, out var place)) return null;
            _answers.Remove(place);
            _answers.AddFirst(place);
            return place.Value.Answer;
        }
    }

    /// <summary>Keeps an answer, unless it is larger than all that may be kept.</summary>
    public void Keep(string key, byte[] answer)
    {
        lock (_lock)
        {
            if (answer.Length > mostBytes || _places.ContainsKey(key)) return;
            _places[key] = _answers.AddFirst((key, answer));
            Bytes += answer.Length;
            while (Bytes > mostBytes)
            {
                var last = _answers.Last!;
                _answers.RemoveLast();
                _places.Remove(last.Value.Key);
                Bytes -= last.Value.Answer.Length;
            }
        }
    }
}
