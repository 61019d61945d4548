using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>
/// Any chat client as a judge of several answers at once, as RewardAnything asks (arXiv 2506.03637): it reads principles, the prompt and all answers, each under a letter, and writes a score from 1 to 5 for each and a
/// ranking, as JSON of a schema that the client is asked to hold (with a client of this library it holds by construction). An answer's value is its score; equal scores are told apart by the ranking.
/// </summary>
/// <remarks>Safe for concurrent calls where the client is. Questions that are asked together are sent at once.</remarks>
public sealed class ChatJudge : IAnswerJudge
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const int Worst = 1, Best = 5;
    private readonly IChatClient _client;
    private readonly string _instructions;
    private readonly ChatOptions? _options;

    /// <summary>Makes a judge.</summary>
    /// <param name="client">Who judges; the caller keeps ownership.</param>
    /// <param name="principles">What a good answer does, a sentence each; none: the better answer is better.</param>
    /// <param name="options">How it is asked, such as a temperature; its response format is set here. Null: the client's defaults.</param>
    /// <param name="name">A name for reports and errors.</param>
    public ChatJudge(IChatClient client, IEnumerable<string>? principles = null, ChatOptions? options = null, string name = "judge")
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (_client, _options, Name) = (client, options, name);
        var list = string.Concat((principles ?? []).Select(principle => $"\n- {principle}"));
        _instructions = $"You compare answers to one prompt.{(list.Length > 0 ? $" Judge by these principles alone:{list}\n" : " ")}Give each answer a score from {Worst} (bad) to {Best} (excellent), and rank their letters from best to worst. Answer with JSON: "
            + "{\"scores\": {\"A\": 3, …}, \"ranking\": [\"A\", …]}.";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>26: as many as there are letters.</summary>
    public int MostAnswers => Letters.Length;

    /// <inheritdoc/>
    /// <exception cref="HeuristicException">A response has no scores that can be read.</exception>
    public async Task<JudgeReadings> ReadAsync(IReadOnlyList<JudgeQuestion> questions, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return new(await Task.WhenAll(questions.Select(question => AskAsync(question, cancellationToken))).ConfigureAwait(false), default);
    }

    private async Task<JudgeReading> AskAsync(JudgeQuestion question, CancellationToken cancellationToken)
    {
        var letters = Letters[..question.Answers.Count];
        var options = _options?.Clone() ?? new();
        options.ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema(letters), "judgement", "A score for each answer, and their ranking.");
        var answers = string.Concat(question.Answers.Select((answer, i) => $"\n\nAnswer {letters[i]}:\n{answer.Trim()}"));
        var response = await _client.GetResponseAsync([new(ChatRole.System, _instructions), new(ChatRole.User, $"Prompt:\n{question.Prompt}{answers}")], options, cancellationToken).ConfigureAwait(false);
        return new(Read(response.Text, letters), response.Usage?.InputTokenCount ?? 0, response.Usage?.OutputTokenCount ?? 0);
    }

    private double[] Read(string text, string letters)
    {
        try
        {
            // what a client without schemas may write around the object
            var (from, to) = (text.IndexOf('{', StringComparison.Ordinal), text.LastIndexOf('}'));
            using var json = JsonDocument.Parse(from >= 0 && to > from ? text[from..(to + 1)] : text);
            var scores = json.RootElement.GetProperty("scores");
            List<string> ranking = json.RootElement.TryGetProperty("ranking", out var ranked) ? [.. ranked.EnumerateArray().Select(letter => letter.GetString() ?? "")] : [];
            return [.. letters.Select(letter => Score(scores.GetProperty($"{letter}").GetDouble()) - Place(ranking, $"{letter}", letters.Length) / (double)(letters.Length + 1))];
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HeuristicException(Name, $"it was asked for a score from {Worst} to {Best} for each of the answers {string.Join(", ", letters.ToCharArray())} as JSON, and wrote what can't be read so: {(text.Length > 80 ? text[..80] + "…" : text)}", fault);
        }
    }

    private static double Score(double score) => score is >= Worst and <= Best ? score : throw new FormatException("a score out of its range");

    // what is not ranked comes last; a place never weighs as much as a score's step
    private static int Place(List<string> ranking, string letter, int answers) => ranking.IndexOf(letter) is >= 0 and var place && place < answers ? place : answers;

    private static JsonElement Schema(string letters)
    {
        var scores = new JsonObject();
        foreach (var letter in letters) scores[$"{letter}"] = new JsonObject { ["type"] = "integer", ["minimum"] = Worst, ["maximum"] = Best };
        JsonArray Names() => [.. letters.Select(letter => (JsonNode)$"{letter}")];
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["scores"] = new JsonObject { ["type"] = "object", ["properties"] = scores, ["required"] = Names(), ["additionalProperties"] = false },
                ["ranking"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["enum"] = Names() }, ["minItems"] = letters.Length, ["maxItems"] = letters.Length },
            },
            ["required"] = new JsonArray("scores", "ranking"),
            ["additionalProperties"] = false,
        };
        return JsonElement.Parse(schema.ToJsonString());
    }
}
