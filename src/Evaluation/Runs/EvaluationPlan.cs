namespace DecodeAlign.Evaluation;

/// <summary>Which prompts a run is over.</summary>
public enum EvaluationSplit
{
    /// <summary>Those for tuning, by the dev judge.</summary>
    Dev,

    /// <summary>New ones, by the test judge too.</summary>
    Test,
}

/// <summary>What a decoder is in a comparison.</summary>
public enum DecoderRole
{
    /// <summary>Told beside the others, and compared with nothing.</summary>
    Reference,

    /// <summary>One of those that a search must beat at their best.</summary>
    Baseline,

    /// <summary>One of those whose worth is asked.</summary>
    Search,
}

/// <summary>A decoder that a plan is made of.</summary>
/// <param name="Decoder">Its specification (<see cref="DecoderSpecification"/>).</param>
/// <param name="Role">What it is in the comparison.</param>
/// <param name="Tasks">The tasks that it is for; null (default): all.</param>
public sealed record ComparedDecoder(string Decoder, DecoderRole Role, IReadOnlyList<string>? Tasks = null);

/// <summary>A decoder on a task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Decoder">The decoder's specification (<see cref="DecoderSpecification"/>).</param>
/// <param name="Role">What it is in the comparison.</param>
/// <param name="Budget">Token evaluations a text that its fitted setting is made for; 0: it has none.</param>
/// <param name="Fitted">The fitted setting's value; null: there is none, or it is not known before the run.</param>
public sealed record EvaluationCell(string Task, string Decoder, DecoderRole Role, long Budget, int? Fitted)
{
    /// <summary>The decoder with what was fitted.</summary>
    internal string Described(int? fitted) => DecoderSpecification.Describe(Decoder, fitted);
}

/// <summary>Tasks by decoders by budgets: all that a run does. Immutable.</summary>
public sealed record EvaluationPlan
{
    /// <summary>The tasks; names differ.</summary>
    public required IReadOnlyList<EvaluationTask> Tasks { get; init; }

    /// <summary>What is run on each prompt.</summary>
    public required IReadOnlyList<EvaluationCell> Cells { get; init; }

    /// <summary>Which prompts are run. Default <see cref="EvaluationSplit.Dev"/>.</summary>
    public EvaluationSplit Split { get; init; }

    /// <summary>Seed of every draw. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which of the shards this is, from 0: prompt i is of shard i mod <see cref="Shards"/>. Default 0.</summary>
    public int Shard { get; init; }

    /// <summary>How many shards there are, at least 1. Their files together are the run. Default 1.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>A plan for tuning: every decoder on every task, those with a fitted setting once for each budget.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="decoders">The decoders and their roles.</param>
    /// <param name="budgets">Token evaluations a text.</param>
    /// <exception cref="FormatException">A specification can't be read, or a decoder needs a budget and there is none.</exception>
    public static EvaluationPlan ForTuning(IReadOnlyList<EvaluationTask> tasks, IReadOnlyList<ComparedDecoder> decoders, IReadOnlyList<long> budgets)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(decoders);
        ArgumentNullException.ThrowIfNull(budgets);
        var cells = new List<EvaluationCell>();
        foreach (var task in tasks)
        {
            foreach (var (decoder, role, _) in decoders.Where(decoder => decoder.Tasks?.Contains(task.Name) != false))
            {
                var isFitted = DecoderSpecification.Parse(decoder).Fitted is not null;
                if (isFitted && budgets.Count == 0) throw new FormatException($"decoder '{decoder}' is to fit a budget, and none is given");
                cells.AddRange(isFitted ? budgets.Select(budget => new EvaluationCell(task.Name, decoder, role, budget, null)) : [new(task.Name, decoder, role, 0, null)]);
            }
        }
        return new() { Tasks = tasks, Cells = [.. cells.Distinct()] };
    }

    /// <summary>Checks the plan and every task.</summary>
    /// <exception cref="FormatException">Something is not as it must be; the message says what.</exception>
    public void Validate()
    {
        if (Tasks.Count == 0 || Cells.Count == 0) throw new FormatException("there is nothing to run: name tasks and decoders");
        if (Tasks.DistinctBy(task => task.Name).Count() < Tasks.Count) throw new FormatException("two tasks have the same name");
        if (Shards < 1 || Shard < 0 || Shard >= Shards) throw new FormatException($"shard {Shard} of {Shards} does not exist");
        foreach (var task in Tasks) task.Validate();
        foreach (var task in Tasks.Where(task => Prompts(task).Count == 0)) throw new FormatException($"task {task.Name}: has no {(Split == EvaluationSplit.Dev ? "dev" : "test")} prompts");
    }

    internal EvaluationTask Task(EvaluationCell cell) => Tasks.First(task => task.Name == cell.Task);

    internal IReadOnlyList<TaskPrompt> Prompts(EvaluationTask task) => Split == EvaluationSplit.Dev ? task.Dev : task.Test;
}
