namespace DecodeAlign.Models;

/// <summary>A family of checkpoints: how its config reads and how its tensors are named.</summary>
internal abstract class Architecture
{
    /// <summary>The config's <c>model_type</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>What its classes begin with, such as <c>Llama</c>.</summary>
    public required string ClassPrefix { get; init; }

    /// <summary>The class with a language head.</summary>
    public abstract string LanguageClass { get; }

    /// <summary>The class with a reward head.</summary>
    public string ClassificationClass => ClassPrefix + "ForSequenceClassification";

    /// <summary>The class with rewards and a gate over them.</summary>
    public string GatedClass => ClassPrefix + "ForRewardModelWithGating";

    /// <summary>What the names of all tensors but the heads begin with; checkpoints of the bare model lack it.</summary>
    public abstract string TensorPrefix { get; }

    /// <summary>The output head's tensor.</summary>
    public virtual string HeadTensor => "lm_head.weight";

    /// <summary>Reads the config; the ids and the head are the caller's part.</summary>
    public abstract TransformerDescription Describe(JsonFields config);

    /// <summary>The tensors that the model must have.</summary>
    public abstract IEnumerable<TensorRule> Tensors(JsonFields config, TransformerDescription description);

    /// <summary>Whether a tensor is a constant that older checkpoints store and that is recomputed here.</summary>
    public abstract bool IsRecomputed(string tensor);
}
