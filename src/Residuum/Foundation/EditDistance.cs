namespace Residuum.Foundation;

/// <summary>How many characters must be inserted, deleted or replaced to turn one name into another (Levenshtein's distance).</summary>
static class EditDistance
{
    // A stranger's file may hold many long names; a suggestion is not worth more time than this.
    const int CandidateLimit = 2_000;
    const int LengthLimit = 128;

    /// <summary>The nearest candidate, the first of several; null where none is nearer than half the name's length.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestDistance = name.Length / 2 + 1;
        foreach (var candidate in candidates.Take(CandidateLimit))
        {
            if (Math.Abs(candidate.Length - name.Length) >= bestDistance || candidate.Length > LengthLimit) continue;
            var distance = Between(name, candidate);
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>The distance between two names.</summary>
    public static int Between(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++) row[column] = column;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var column = 1; column <= right.Length; column++)
            {
                var replaced = diagonal + (left[i - 1] == right[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, Math.Min(diagonal, row[column - 1]) + 1);
            }
        }
        return row[^1];
    }
}
