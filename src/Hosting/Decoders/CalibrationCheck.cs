using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>Whether a calibration is one of a model's texts.</summary>
internal static class CalibrationCheck
{
    /// <exception cref="InvalidOperationException">The calibration was made with another tokenizer than the loaded model's.</exception>
    public static void Check(Calibration? calibration, HostedModel model)
    {
        if (calibration is not null && calibration.TokenizerFingerprint != model.Tokenizer.Fingerprint)
            throw new InvalidOperationException($"the calibration was made with the model '{calibration.Model}', which has another tokenizer than '{model.Name}'");
    }
}
