namespace DecodeAlign.Evaluation;

/// <summary>How far a run is.</summary>
/// <param name="Done">Texts that are written, those of an earlier call included.</param>
/// <param name="All">Texts there will be.</param>
/// <param name="TimeLeft">By what each decoder took so far; null: not known yet.</param>
/// <param name="Doing">The task and the decoder.</param>
public readonly record struct EvaluationProgress(int Done, int All, TimeSpan? TimeLeft, string Doing);
