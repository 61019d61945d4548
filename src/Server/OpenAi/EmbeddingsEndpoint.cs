using Microsoft.AspNetCore.Http;

namespace DecodeAlign.Server;

/// <summary>Refuses embeddings by name.</summary>
internal static class EmbeddingsEndpoint
{
    public static Task PostAsync(HttpContext context, CancellationToken cancellationToken) =>
        throw new ApiException(StatusCodes.Status501NotImplemented, "there are no embeddings here: the models write text (/v1/chat/completions, /v1/completions)", null, "not_supported");
}
