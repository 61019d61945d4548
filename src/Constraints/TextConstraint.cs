using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>
/// A hard requirement on the generated text, as an automaton over its bytes: tokens may cross words and characters as they like. What is needed to finish is
/// counted by shortest paths over tokens that the vocabulary has, so that a text is finished within its limit or refused before the first token.
/// Several are met at once by <see cref="AllOf"/>: as separate constraints of a request they would not know of each other.
/// </summary>
/// <remarks>
/// Words and phrases are matched by <see cref="WordRule"/>, case ignored. A text never ends in the middle of a character. Characters that the vocabulary splits
/// over tokens are planned with only where a required keyword holds them. Immutable and safe for concurrent use; masks and plans are kept and shared by all hypotheses and requests.
/// </remarks>
public abstract class TextConstraint : IConstraint
{
    private const int MostPlans = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<(int Start, int MaxTokens), TextPlan> _plans = [];
    private (TokenGraph Graph, ITokenizer Tokenizer, ModelFacts Model)? _vocabulary;

    private (GrammarPlan Plan, ITokenizer Tokenizer, ModelFacts Model, int MaxTokens)? _grammar;
    private (MarkerTokens Marker, ITokenizer Tokenizer, ModelFacts Model)? _marker;

    private protected TextConstraint()
    {
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    internal abstract TextRules Rules { get; }

    /// <inheritdoc/>
    public IConstraintSession Open(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var scope = Cancellation.By(context.CancellationToken);
        IConstraintSession session = Rules.Grammar is null ? new TextConstraintSession(PlanFor(context), context) : OpenGrammar(context);
        return Rules.MarkerTokens is { } most ? new MarkerSession(Name, session, MarkerFor(context), most, context) : session;
    }

    /// <summary>Whether a finished text meets the constraint, whatever tokens it is made of.</summary>
    /// <param name="text">The generated text.</param>
    /// <param name="prompt">What stands before it: it decides whether the text begins inside a word.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public bool IsMetBy(string text, string prompt = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var scope = Cancellation.By(cancellationToken);
        ArgumentNullException.ThrowIfNull(prompt);
        if (Rules.Pattern is { Count: 0 } || Rules.Grammar is { IsEmpty: true }) return false;
        var side = new TextSide(Rules);
        var grammar = Rules.WithoutTokens ?? Rules.Grammar;
        var machine = grammar is null ? null : new EarleyMachine(Rules.Marker is null ? grammar : grammar.After(Rules.Marker));
        var (state, column) = (side.Start(prompt), machine?.Start);
        foreach (var value in System.Text.Encoding.UTF8.GetBytes(text))
        {
            state = side.Step(state, value);
            if (column is not null) column = machine!.Step(column, value);
            if (state < 0 || (machine is not null && column is null)) return false;
        }
        return side.Accepts(state) && (column is null || column.Accepts);
    }

    private GrammarSession OpenGrammar(GenerationContext context)
    {
        var fitted = PlanLimits.Apply(Name, Rules, context);
        lock (_gate)
        {
            if (_grammar is not { } known || known.Tokenizer != context.Tokenizer || known.Model != context.Model || known.MaxTokens != context.MaxTokens)
            {
                try
                {
                    known = (new(fitted, context.Tokenizer, context.Model, context.MaxTokens), context.Tokenizer, context.Model, context.MaxTokens);
                }
                catch (PatternException fault)
                {
                    throw new UnsatisfiableConstraintException(Name, fault.Message);
                }
                _grammar = known;
            }
            lock (known.Plan)
            {
                try
                {
                    return new(known.Plan, known.Plan.Start(Name, context.Prompt), context);
                }
                catch (PatternException fault)
                {
                    throw new UnsatisfiableConstraintException(Name, $"it is not proven that a text fits into {context.MaxTokens} tokens: {fault.Message}");
                }
            }
        }
    }

    private MarkerTokens MarkerFor(GenerationContext context)
    {
        lock (_gate)
        {
            if (_marker is { } known && known.Tokenizer == context.Tokenizer && known.Model == context.Model) return known.Marker;
            var marker = new MarkerTokens(Rules.Marker!, context.Tokenizer, context.Model);
            _marker = (marker, context.Tokenizer, context.Model);
            return marker;
        }
    }

    private TextPlan PlanFor(GenerationContext context)
    {
        var fitted = PlanLimits.Apply(Name, Rules, context);
        lock (_gate)
        {
            if (_vocabulary is not { } known || known.Tokenizer != context.Tokenizer || known.Model != context.Model)
            {
                known = (new(Rules, context.Tokenizer, context.Model), context.Tokenizer, context.Model);
                _vocabulary = known;
                _plans.Clear();
            }
            lock (known.Graph)
            {
                var key = (known.Graph.Number(known.Graph.Automaton.Begin(context.Prompt)), context.MaxTokens);
                if (_plans.TryGetValue(key, out var plan)) return plan;
                plan = new TextPlan(Name, fitted, known.Graph, context);
                if (_plans.Count >= MostPlans) _plans.Clear();
                _plans.Add(key, plan);
                return plan;
            }
        }
    }
}
