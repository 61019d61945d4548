using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace DecodeAlign.Server;

/// <summary>Reads a request's body: JSON, of at most so many bytes.</summary>
internal static class Body
{
    /// <exception cref="ApiException">It is no JSON, or too large.</exception>
    /// <exception cref="JsonException">It is malformed, or names a field that is not known.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, long most, CancellationToken cancellationToken)
    {
        // a page of another origin can't send JSON without asking first, which is answered to nobody
        if (!context.Request.HasJsonContentType()) throw new ApiException(StatusCodes.Status415UnsupportedMediaType, "the body must be JSON: Content-Type: application/json");
        if (context.Request.ContentLength > most) throw TooLarge(most);
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await context.Request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (body.Length + read > most) throw TooLarge(most);
            body.Write(buffer, 0, read);
        }
        return JsonSerializer.Deserialize(body.GetBuffer().AsSpan(0, (int)body.Length), type) ?? throw new ApiException(400, "the body is null; a JSON object is expected", null, "invalid_json");
    }

    private static ApiException TooLarge(long most) => new(StatusCodes.Status413PayloadTooLarge, $"the body has more than {most} bytes, which is the most", null, "too_large");
}
