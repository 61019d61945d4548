namespace DecodeAlign.Onnx;

/// <summary>How vectors of a text's tokens become one.</summary>
public enum Pooling
{
    /// <summary>Their mean, as most sentence embedders are trained.</summary>
    Mean,

    /// <summary>The first one's.</summary>
    First,
}
