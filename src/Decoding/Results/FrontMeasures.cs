namespace DecodeAlign.Decoding;

/// <summary>How evenly a member of a front serves the objectives, by its shares of what each has on the front.</summary>
/// <param name="Mean">The mean share, 0 to 1.</param>
/// <param name="Worst">The least share.</param>
/// <param name="Percentile20">The 20th percentile of the shares, interpolated linearly between them.</param>
/// <param name="Gini">Gini's coefficient of the shares, Σᵢⱼ|xᵢ − xⱼ| / (2n²·mean): 0 where all are equal, towards 1 where one has all.</param>
public readonly record struct FrontMeasures(double Mean, double Worst, double Percentile20, double Gini);
