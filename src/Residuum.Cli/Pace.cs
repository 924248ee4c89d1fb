using System.Diagnostics;

namespace Residuum.Cli;

/// <summary>Tells when the next line of progress is due where no bar can be drawn: about every ten seconds.</summary>
sealed class Pace
{
    static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    readonly Stopwatch _since = Stopwatch.StartNew();

    /// <summary>Whether a line is due; asking starts the next wait when it is.</summary>
    public bool IsDue
    {
        get
        {
            if (_since.Elapsed < Between) return false;
            _since.Restart();
            return true;
        }
    }

    /// <summary>Starts the wait anew, after a line of another kind.</summary>
    public void Restart() => _since.Restart();
}
