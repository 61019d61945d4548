namespace DecodeAlign.Decoding;

/// <summary>How one of a front is chosen.</summary>
public enum FrontChoice
{
    /// <summary>The nearest to what is best in every objective at once.</summary>
    Knee,

    /// <summary>The greatest product of what each objective gains over the front's least (Nash).</summary>
    Nash,

    /// <summary>The greatest least share.</summary>
    MaxMin,
}
