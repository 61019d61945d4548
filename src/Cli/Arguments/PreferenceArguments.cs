namespace DecodeAlign.Cli;

/// <summary>Examples of <c>--decoder rps</c>, for the help of <c>generate</c>.</summary>
internal static class PreferenceArguments
{
    public const string Examples = """
        Robust Preference Selection: five answers under directions near the preference, of which the target keeps one
          decodealign generate "Once upon a time" --decoder rps --preference positivity=0.8,brevity=0.6
        The same over the whole neighbourhood of 30°, evenly; or drawn from it at random
          decodealign generate "Once upon a time" --decoder rps --preference positivity=0.8,brevity=0.6 --sampler symmetric
          decodealign generate "Once upon a time" --decoder rps --preference dialogue=1,brevity=0,positivity=1 --sampler cap --neighbourhood 20 --directions 8 --seed 3
        RPS over DeAL: every direction's answer is itself a search for the preference
          decodealign generate "Once upon a time" --decoder rps --inner deal --preference positivity=0.8,dialogue=0.6 --lambda 3
        Twelve answers that go to the better directions
          decodealign generate "Once upon a time" --decoder rps --preference positivity=0.8,brevity=0.6 --adaptive --directions 4 --answers 12
        Objectives, model and wording of your own
          decodealign generate "Tell me of foxes." --decoder rps --model path/to/folder --preference foxes=0.8,short=0.6 --objective foxes=coverage=fox~ --objective short=length=..40 --conditioner "Weights: foxes {foxes%}, short {short%}. {prompt}"
        """;
}
