using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>Refuses at once what can't be planned or met, and says which part of it.</summary>
internal static class PlanLimits
{
    /// <summary>Brings counts down to what the token limit leaves room for.</summary>
    /// <exception cref="UnsatisfiableConstraintException">More is asked for than fits, or nothing can be met.</exception>
    public static TextRules Apply(string name, TextRules rules, GenerationContext context)
    {
        if (rules.Pattern is { Count: 0 }) throw new UnsatisfiableConstraintException(name, "no text at all matches it");
        if ((rules.Pattern ?? (object?)rules.Grammar) is not null && context.Model.EosIds.Count == 0)
            throw new UnsatisfiableConstraintException(name, $"the model '{context.Model.Name}' has no end-of-sequence token, so that a text can't be ended where it is complete");
        var most = VocabularyFacts.Of(context.Tokenizer);
        return rules with
        {
            Words = Fit(name, rules.Words, most.MostWords, "words", context),
            Sentences = Fit(name, rules.Sentences, most.MostSentences, "sentences", context),
            Characters = Fit(name, rules.Characters, most.MostCharacters, "characters", context),
        };
    }

    /// <exception cref="UnsatisfiableConstraintException">A required keyword can't be met whatever the others ask.</exception>
    public static void RefuseUnspellable(string name, TextRules rules, TokenGraph graph, List<int> planned)
    {
        var met = 0UL;
        foreach (var position in planned)
        {
            if (graph.Automaton.MayEnd(graph[position], out var atEnd)) met |= atEnd.Met;
            foreach (var move in graph.Moves(position).Alive) met |= move.Effect.Met;
        }
        var missing = rules.Required.Where((_, i) => (met >> i & 1) == 0).Select(keyword => $"'{keyword}'").ToList();
        if (missing.Count > 0)
            throw new UnsatisfiableConstraintException(name, $"no tokens of this vocabulary spell {string.Join(", ", missing)} as a whole word{(rules.Forbidden.Count > 0 ? " without a forbidden one" : "")}{(rules.Pattern is null ? "" : " in a text that matches")}");
    }

    private static CountRange Fit(string name, CountRange range, int mostAToken, string what, GenerationContext context)
    {
        if (range.Least > range.Most)
            throw new UnsatisfiableConstraintException(name, $"at least {range.Least} and at most {range.Most} {what} can't both be met");
        var room = (long)mostAToken * context.MaxTokens;
        if (range.Least > room)
            throw new UnsatisfiableConstraintException(name, $"{range.Least} {what} do not fit into {context.MaxTokens} tokens: at most {room} do");
        return range.Most >= room ? range with { Most = int.MaxValue } : range;
    }
}
