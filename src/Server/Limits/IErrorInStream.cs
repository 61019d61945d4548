namespace DecodeAlign.Server;

/// <summary>How a response that has begun tells that it can't go on.</summary>
internal interface IErrorInStream
{
    Task WriteAsync(ApiException error);
}
