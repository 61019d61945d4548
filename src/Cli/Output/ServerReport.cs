using System.Globalization;
using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Remote;

namespace DecodeAlign.Cli;

/// <summary>What <c>inspect http://…</c> prints: what a server is, and what it can't do for each decoder.</summary>
internal static class ServerReport
{
    public static void Write(RemoteModel model, TextWriter writer)
    {
        var server = model.Server;
        writer.WriteLine($"{server.Model}: {Kind(server)} {server.Version} at {server.Address}");
        Line("context", string.Create(CultureInfo.InvariantCulture, $"{server.ContextLength:N0} tokens{(server.Slots > 0 ? $", {server.Slots} texts at once" : "")}"));
        Line("tokenizer", "the same as in the folder");
        Line("top tokens", server.TellsWholeDistribution ? "all: whole distributions can be read" : $"{server.MostTop} at most");
        Line("named tokens", server.MostNamed > 0 ? $"{server.MostNamed} in a request" : server.TellsWholeDistribution ? "by the whole distribution" : "none");
        Line("draws", server.DrawsTellOwnLogProbability ? "by the server, with the model's own log P" : "not by the server: its log P is not the model's own");
        Line("regularity", server.Irregularity == 0 ? "one text was answered the same each time" : string.Create(CultureInfo.InvariantCulture, $"one text was answered differently by up to {server.Irregularity:0.0000} nats"));
        foreach (var entry in DecoderCatalogue.All)
        {
            var (free, constrained) = (entry.FindRefusal(model.Facts), entry.FindRefusal(model.Facts, constrained: true));
            Line(entry.Name, free is null && constrained is null ? "yes, with constraints too" : free is null ? $"yes; not with a constraint: {constrained}" : $"no: {free}");
        }

        void Line(string name, string value) => writer.WriteLine($"  {name,-15} {value}");
    }

    public static string Json(RemoteModel model)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var server = model.Server;
            json.WriteStartObject();
            json.WriteString("server", server.Address.ToString());
            json.WriteString("kind", Kind(server));
            json.WriteString("version", server.Version);
            json.WriteString("model", server.Model);
            json.WriteNumber("contextLength", server.ContextLength);
            json.WriteNumber("slots", server.Slots);
            json.WriteNumber("mostTop", server.MostTop);
            json.WriteNumber("mostNamed", server.MostNamed);
            json.WriteBoolean("tellsWholeDistribution", server.TellsWholeDistribution);
            json.WriteBoolean("draws", server.DrawsTellOwnLogProbability);
            json.WriteNumber("irregularity", server.Irregularity);
            json.WriteStartArray("decoders");
            foreach (var entry in DecoderCatalogue.All)
            {
                json.WriteStartObject();
                json.WriteString("name", entry.Name);
                json.WriteString("refusal", entry.FindRefusal(model.Facts));
                json.WriteString("refusalUnderConstraints", entry.FindRefusal(model.Facts, constrained: true));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Kind(RemoteServer server) => server.Kind switch
    {
        RemoteServerKind.LlamaCpp => "llama.cpp",
        RemoteServerKind.Sglang => "SGLang",
        _ => "vLLM",
    };
}
