using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// Alignment for any other chat client, such as one whose model is behind an API: several answers are asked for at once and one is kept, by their texts alone. Heuristics see each byte of a text
/// as a token. The client must sample: equal answers leave no choice. Options pass through; a <see cref="ChatOptions.Seed"/> is counted up from answer to answer.
/// </summary>
public static class ChatClientSelectionExtensions
{
    /// <summary>Keeps the best of N answers by Σ weight·value; the earlier one of equals.</summary>
    /// <param name="client">Who answers; disposed with the result.</param>
    /// <param name="answers">N, at least 1.</param>
    /// <param name="heuristics">What to prefer; at least one.</param>
    /// <exception cref="ArgumentException">There is no heuristic, or a weight is not finite.</exception>
    public static IChatClient WithBestOf(this IChatClient client, int answers, params IEnumerable<WeightedHeuristic> heuristics)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(heuristics);
        ArgumentOutOfRangeException.ThrowIfLessThan(answers, 1);
        List<WeightedHeuristic> all = [.. heuristics];
        if (all.Count == 0) throw new ArgumentException("at least one heuristic is needed", nameof(heuristics));
        return client.WithSelection(new BestOf(answers) { By = AnswerSelection.Heuristics }, all);
    }

    /// <summary>Robust Preference Selection: one answer under each of several directions near the preference, of which the one that the preference itself values most is kept.</summary>
    /// <param name="client">Who answers; disposed with the result.</param>
    /// <param name="target">The preference.</param>
    /// <param name="settings">How the last user message tells of a direction, and what answers are measured by.</param>
    /// <param name="neighbourhood">The directions; null: the paper's five.</param>
    /// <exception cref="ArgumentException">The preference names an objective without a scorer, or the neighbourhood is not valid.</exception>
    public static IChatClient WithPreference(this IChatClient client, PreferenceDirection target, PreferenceSettings settings, Neighbourhood? neighbourhood = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(settings);
        neighbourhood ??= new();
        neighbourhood.Validate();
        return client.WithSelection(new PreferenceSelection { Target = target, Objectives = settings.Objectives, Conditioner = settings.Conditioner, Plan = PreferencePlan.Rps(neighbourhood) });
    }

    /// <summary>Keeps one of several answers as a selection chooses: the same selections as around a decoder, without log P, which another client does not tell.</summary>
    /// <param name="client">Who answers; disposed with the result.</param>
    /// <param name="selection">What chooses.</param>
    /// <param name="heuristics">What each answer is rated by for the selection; none where it rates by itself.</param>
    /// <exception cref="ArgumentException">A field of the selection is out of its range, or a weight is not finite.</exception>
    public static IChatClient WithSelection(this IChatClient client, Selection selection, params IEnumerable<WeightedHeuristic> heuristics)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(heuristics);
        selection.Validate();
        List<WeightedHeuristic> all = [.. heuristics];
        if (all.Exists(one => one.Heuristic is null || !double.IsFinite(one.Weight))) throw new ArgumentException("no heuristic may be null, and weights must be finite", nameof(heuristics));
        return new SelectingChatClient(client, selection, all);
    }
}
