namespace Residuum;

/// <summary>One class that a network considered.</summary>
/// <param name="Index">The class, from 0.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">Its share of the softmax over all classes.</param>
/// <param name="Logit">The network's number for it.</param>
public readonly record struct Prediction(int Index, string Label, float Probability, float Logit);
