namespace Residuum.Data;

/// <summary>Which part of a data set.</summary>
public enum Split
{
    /// <summary>The images to learn from.</summary>
    Train = 0,

    /// <summary>The images held out to measure with.</summary>
    Test = 1,
}
