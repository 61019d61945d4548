namespace DecodeAlign.Decoding;

/// <summary>One of several prompts that are answered in one search.</summary>
/// <param name="Prompt">What the text goes on from.</param>
/// <param name="Stream">Which of the prompt's independent streams of draws it uses, from 0.</param>
public readonly record struct BatchPrompt(string Prompt, int Stream = 0);
