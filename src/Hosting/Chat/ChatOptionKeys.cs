using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// The keys of <see cref="ChatOptions.AdditionalProperties"/> that our chat clients know: these, and one for each setting of a decoder (<see cref="Setting"/>); every other one is refused. Values may be JSON
/// elements too.
/// </summary>
public static class ChatOptionKeys
{
    /// <summary>Name of the decoder in place of the client's own; a text.</summary>
    public const string Decoder = Prefix + "decoder";

    /// <summary>What to prefer beside the decoder's own: a text or a list of texts, each a key in the container, a specification such as <c>coverage=fox@3</c>, or a model of the container that scores, such as <c>judge=NAME</c>; or <see cref="IHeuristic"/> and <see cref="WeightedHeuristic"/> objects.</summary>
    public const string Heuristics = Prefix + "heuristics";

    /// <summary>What the judges among <see cref="Heuristics"/> look for, in place of the decoder's principles: a text or a list of texts.</summary>
    public const string Principles = Prefix + "principles";

    /// <summary>For whom, or for what, the texts are that the judges among <see cref="Heuristics"/> read, in place of the decoder's; a text.</summary>
    public const string JudgeContext = Prefix + "judgeContext";

    /// <summary>What those judges' answers come to, in place of the decoder's: <c>probability</c> or <c>log-odds</c>.</summary>
    public const string JudgeScore = Prefix + "judgeScore";

    /// <summary>What must hold beside the decoder's own: a text or a list of texts, each a key in the container or a specification such as <c>words=40..60</c>; or <see cref="IConstraint"/> objects.</summary>
    public const string Constraints = Prefix + "constraints";

    /// <summary>By what rule all heuristics are made one, in place of the decoder's; a text such as <c>max-min</c>.</summary>
    public const string Combine = Prefix + "combine";

    /// <summary>A file that <c>decodealign calibrate</c> wrote, in place of the decoder's; a text, or a <see cref="Heuristics.Calibration"/>.</summary>
    public const string Calibration = Prefix + "calibration";

    /// <summary>Whether, with a calibration, a text under way is compared with the model's own of its length; a flag.</summary>
    public const string ByPosition = Prefix + "byPosition";

    /// <summary>What classifier-free guidance steers away from, in place of the decoder's: a text that is read in place of the whole prompt, as the model reads it; may be empty.</summary>
    public const string NegativePrompt = Prefix + "negativePrompt";

    /// <summary>γ of the negative prompt, in place of the decoder's; a number.</summary>
    public const string GuidanceScale = Prefix + "guidanceScale";

    /// <summary>Models of the container that guide, in place of the decoder's: a text or a list of texts, each a name with its weight after an @, such as <c>small@-1</c>.</summary>
    public const string Guides = Prefix + "guides";

    /// <summary>The model's own weight beside guides, in place of the decoder's; a number.</summary>
    public const string BaseWeight = Prefix + "baseWeight";

    /// <summary>With guidance: only tokens at least this share as likely as the model's likeliest, in place of the decoder's; a number in [0, 1].</summary>
    public const string Plausibility = Prefix + "plausibility";

    /// <summary>
    /// True: the front of the answers that were compared is put into the response's additional properties under this key, as a <see cref="ParetoFront"/> over the answers of the <see cref="DecodingResult"/> that the
    /// response brings; a flag.
    /// </summary>
    public const string Front = Prefix + "front";

    /// <summary>True: the search's trace is put into the response's additional properties under this key, as a <see cref="TraceRecorder"/>. Or an <see cref="ITraceSink"/> that receives it.</summary>
    public const string Trace = Prefix + "trace";

    /// <summary>
    /// The preference by which answers are chosen, with any decoder: a text such as <c>positivity=0.8,brevity=0.6</c>, or a <see cref="PreferenceDirection"/>. The other settings of <c>rps</c>, such as
    /// <c>decodealign.directions</c>, go with it.
    /// </summary>
    public const string Preference = Prefix + "preference";

    /// <summary>How the model writes calls of tools, in place of what its chat template shows: <c>hermes</c>, <c>llama</c>, <c>mistral</c>, or a <see cref="Constraints.ToolCallFormat"/>.</summary>
    public const string ToolFormat = Prefix + "toolFormat";

    /// <summary>
    /// The model thinks first, freely, for at most so many tokens, of which the last ones write <c>&lt;/think&gt;</c>; what the answer must hold, its form and its calls of tools begin after that. A number. The response has the thought as
    /// <see cref="TextReasoningContent"/>.
    /// </summary>
    public const string ThinkingTokens = Prefix + "thinkingTokens";

    /// <summary>Who comes first where requests at once ask more of the model than one pass computes, as <see cref="DecodingRequest.Priority"/>, in place of the decoder's; a whole number.</summary>
    public const string Priority = Prefix + "priority";

    private const string Prefix = "decodealign.";

    internal static IReadOnlyList<string> All { get; } = [Decoder, Heuristics, Principles, JudgeContext, JudgeScore, Constraints, Combine, Calibration, ByPosition, NegativePrompt, GuidanceScale, Guides, BaseWeight, Plausibility, Front, Trace, ToolFormat, ThinkingTokens, Priority, .. DecoderCatalogue.AllSettings.Select(setting => Setting(setting.Name))];

    /// <summary>The key of a setting of the decoder, such as <c>decodealign.lambda</c>; its value as in configuration, or a number, a flag or texts.</summary>
    /// <param name="name">The setting's name in <see cref="DecoderCatalogue"/>, to the letter.</param>
    public static string Setting(string name) => Prefix + name;
}
