using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>What a server is asked for a text's reward by.</summary>
public enum RewardEndpoint
{
    /// <summary><c>/classify</c> of vLLM or SGLang: a reward model's outputs, or a classifier's probabilities, for the prompt with the text.</summary>
    Classify,

    /// <summary><c>/score</c> of vLLM: how well the text goes with the prompt, by a cross-encoder.</summary>
    Score,

    /// <summary><c>/pooling</c> of vLLM: what the pooled head gives for the prompt with the text.</summary>
    Pooling,
}

/// <summary>How a reward model on a server is asked.</summary>
public sealed record RemoteRewardOptions
{
    /// <summary>The name by which results and errors speak of it. Default <c>reward</c>.</summary>
    public string Name { get; init; } = "reward";

    /// <summary>What is asked. Default <see cref="RewardEndpoint.Classify"/>.</summary>
    public RewardEndpoint Endpoint { get; init; }

    /// <summary>Name of the model on the server; empty (default): SGLang, which has one, needs none.</summary>
    public string Model { get; init; } = "";

    /// <summary>Which of its numbers is the reward, from 0. Default 0.</summary>
    public int Output { get; init; }

    /// <summary>What is sent for a prompt and a text, where they are sent as one: a chat template's rendering, say. Default: one after the other.</summary>
    public Func<string, string, string> Layout { get; init; } = static (prompt, text) => prompt + text;

    /// <summary>An interval that no value leaves, by which searches prune; a value outside of it is an error. Default: unbounded.</summary>
    public HeuristicBounds Bounds { get; init; } = HeuristicBounds.Unbounded;

    /// <summary>How the server is asked; default as for models.</summary>
    public RemoteModelOptions Server { get; init; } = new();
}
